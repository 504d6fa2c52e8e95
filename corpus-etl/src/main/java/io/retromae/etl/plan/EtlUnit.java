package io.retromae.etl.plan;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.format.SourceFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;

/**
 * What one task reads: a split of a file.
 *
 * @param number among all units, in the order of the inputs
 * @param file it belongs to
 * @param split the part of the file
 * @param bytes about so many stored bytes
 */
public record EtlUnit(int number, EtlFile file, Split split, long bytes) implements Serializable {
  /** Name of its receipts and files. */
  public String name() {
    return String.format(Locale.ROOT, "%06d", number);
  }

  /** What a receipt must match to count on a later run. */
  public String identity() {
    return file.identity() + " " + split.identity();
  }

  /** The same place among the units, another part of the file. */
  EtlUnit with(Split other) {
    return new EtlUnit(number, file, other, other.shape() == Split.Shape.NOTHING ? 0 : bytes);
  }

  /** Opens a reader of its records. */
  public RecordReader open(Storage storage, ReaderSettings limits) throws IOException {
    return new SourceFile(storage, file.part(limits, split)).open();
  }
}
