package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that breaks is no broken file: nothing may be lost, the task is tried again. */
class StorageTroubleTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  private static final long WHOLE = 5_000;

  @ParameterizedTest
  @ValueSource(strings = {"examples/pile/00.jsonl.zst", "examples/wudao/part-202101.json"})
  void aConnectionThatBreaksIsNoTruncatedFile(String file) throws IOException {
    Storage storage = TroubledFileSystem.storage(WHOLE);
    Format format = file.contains("pile") ? Format.PILE : Format.WUDAO;
    String path = TroubledFileSystem.path(ROOT.resolve(file));
    InputSettings input = InputSettings.of(path, format);
    ReaderSettings limits = ReaderSettings.standard();
    FilePart part =
        new FilePart(
            path, "n", storage.size(path), input, limits, FileSettings.standard(), Split.WHOLE);

    var trouble =
        assertThrows(
            UncheckedIOException.class,
            () -> {
              try (RecordReader reader = new SourceFile(storage, part).open()) {
                while (reader.next().isPresent()) {}
              }
            });

    assertTrue(trouble.getMessage().contains("Premature end"), trouble.getMessage());
  }
}
