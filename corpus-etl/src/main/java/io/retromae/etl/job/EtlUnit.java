package io.retromae.etl.job;

import io.retromae.core.storage.StoredFile;
import io.retromae.etl.source.Format;
import java.io.Serializable;

/**
 * What one task reads: for now, one file.
 *
 * @param number among all units, in the order of the inputs
 * @param path qualified
 * @param nameInInput number of the input and name in it; the same wherever the corpus lies
 * @param size bytes as stored
 * @param modified milliseconds since 1970
 * @param format what it holds
 */
record EtlUnit(int number, String path, String nameInInput, long size, long modified, Format format)
    implements Serializable {
  static EtlUnit of(int number, StoredFile file, String nameInInput, Format format) {
    return new EtlUnit(number, file.path(), nameInInput, file.size(), file.modified(), format);
  }

  /** Name of its receipts and files. */
  String name() {
    return "%06d".formatted(number);
  }

  /** What a receipt must match to count on a later run. */
  String identity() {
    return "%s %d %d".formatted(path, size, modified);
  }
}
