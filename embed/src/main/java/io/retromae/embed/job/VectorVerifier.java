package io.retromae.embed.job;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.ParquetLayout;
import io.retromae.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Hashes every file of a finished folder of vectors anew and counts its rows. */
public final class VectorVerifier {
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
    String path = folder + "/" + file.name();
    String mend = "; embed again with --overwrite";
    try {
      long size = storage.size(path);
      if (size != file.bytes()) {
        problems.add(
            "%s: %,d bytes, the manifest says %,d%s".formatted(path, size, file.bytes(), mend));
      } else if (!Sha256.of(storage.open(path, size, Storage.Reading.IN_ORDER))
          .equals(file.sha256())) {
        problems.add("%s: SHA-256 differs from the manifest%s".formatted(path, mend));
      } else if (path.endsWith(".parquet")) {
        long rows =
            ParquetLayout.of(storage, path).groups().stream().mapToLong(g -> g.rows()).sum();
        if (rows != file.rows()) {
          problems.add(
              "%s: %,d rows, the manifest says %,d%s".formatted(path, rows, file.rows(), mend));
        }
      }
    } catch (FileNotFoundException e) {
      problems.add("%s: is missing, the manifest lists it%s".formatted(path, mend));
    }
  }
}
