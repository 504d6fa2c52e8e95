package io.retromae.etl.decontaminate;

import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * One file of a benchmark. Compression and format are told by its first bytes; its name, or its
 * folder's, tells queries from passages where the fields do not.
 *
 * @param storage where it is
 * @param path qualified
 */
record BenchmarkFile(Storage storage, String path) {
  /** Opens its records. */
  Records open() throws IOException {
    return RecordFile.openTexts(storage, path);
  }

  /** What its name says it holds, else what its folder's name says. */
  Optional<Part> part() {
    String[] names = path.toLowerCase(Locale.ROOT).split("/");
    Optional<Part> own = part(names[names.length - 1]);
    return own.isPresent() || names.length < 2 ? own : part(names[names.length - 2]);
  }

  private static Optional<Part> part(String name) {
    if (name.contains("queries") || name.contains("query") || name.contains("questions")) {
      return Optional.of(Part.QUERIES);
    }
    boolean passages = name.contains("corpus") || name.contains("passages");
    return passages ? Optional.of(Part.PASSAGES) : Optional.empty();
  }

  /** Whether it is a table of judgments by its name: {@code qrels/test.tsv}. */
  boolean isQrelsTable() {
    String lower = path.toLowerCase(Locale.ROOT);
    int folder = lower.lastIndexOf('/', lower.lastIndexOf('/') - 1);
    return lower.endsWith(".tsv") && lower.indexOf("qrels", Math.max(0, folder)) >= 0;
  }
}
