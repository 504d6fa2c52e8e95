package io.retromae.etl.source.format;

import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whole local files, each the one file of its input, for readers. */
public final class Parts {
  private Parts() {}

  /** A file read with the standard settings. */
  static FilePart of(InputSettings input) throws IOException {
    return of(input, ReaderSettings.standard());
  }

  /** A file read with other limits. */
  public static FilePart of(InputSettings input, ReaderSettings limits) throws IOException {
    return named("n", input, limits);
  }

  /** A file whose documents' ids are made of another name. */
  static FilePart named(String name, InputSettings input, ReaderSettings limits)
      throws IOException {
    long size = Files.size(Path.of(input.path()));
    FileSettings files = FileSettings.standard();
    return new FilePart(input.path(), name, size, input, limits, files, Split.WHOLE);
  }

  /** The standard settings but for these assignments. */
  public static ReaderSettings limits(String... assignments) {
    return ConfigLoader.load(ReaderSettings.class, List.of(), List.of(assignments)).value();
  }

  /** Splits of about so many bytes. */
  public static String splitBytes(double bytes) {
    return "split_mb=" + bytes / (1 << 20);
  }
}
