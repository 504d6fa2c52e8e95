package io.retromae.embed.job;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.ListedFile;
import io.retromae.core.shard.ParquetLayout;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hashes every file of a finished folder of vectors anew and counts its rows. */
public final class VectorVerifier {
  private static final String MEND = "embed again with --overwrite";

  private VectorVerifier() {}

  /**
   * Verifies a folder.
   *
   * @return its manifest
   * @throws CorruptDataException naming every file that is not as the manifest says
   */
  public static VectorManifest verify(Storage storage, String folder) throws IOException {
    VectorManifest manifest = VectorManifest.open(storage, folder);
    List<String> problems = new ArrayList<>();
    for (VectorFile file : manifest.files()) {
      problem(storage, folder, file, problems);
    }
    if (!problems.isEmpty()) {
      throw new CorruptDataException(problems);
    }
    return manifest;
  }

  private static void problem(
      Storage storage, String folder, VectorFile file, List<String> problems) throws IOException {
    Optional<String> found =
        new ListedFile(file.name(), file.bytes(), file.sha256()).problem(storage, folder, MEND);
    String path = folder + "/" + file.name();
    if (found.isPresent()) {
      problems.add(found.get());
    } else if (path.endsWith(".parquet")) {
      long rows = ParquetLayout.of(storage, path).groups().stream().mapToLong(g -> g.rows()).sum();
      if (rows != file.rows()) {
        problems.add(
            "%s: %,d rows, the manifest says %,d; %s".formatted(path, rows, file.rows(), MEND));
      }
    }
  }
}
