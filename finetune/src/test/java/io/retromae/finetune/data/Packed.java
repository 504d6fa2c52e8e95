package io.retromae.finetune.data;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Packed files for tests. */
final class Packed {
  private Packed() {}

  static PairSource source(Path file) throws IOException {
    return new PairSource(
        file.toString(), Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }

  static PackedPairs.File file(Storage storage, Path file, PairFile.Rules rules, Path scratch)
      throws IOException {
    return PackedPairs.pack(storage, List.of(source(file)), rules, scratch).files().get(0);
  }
}
