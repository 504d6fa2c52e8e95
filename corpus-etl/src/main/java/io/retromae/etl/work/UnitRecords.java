package io.retromae.etl.work;

import io.retromae.core.hash.Sha256;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.spark.WorkFolder;
import java.io.IOException;
import java.util.Optional;

/**
 * The records of one unit: documents go on, those that were set aside into quarantine, which is
 * deleted if this is closed without {@link #commit}.
 */
public final class UnitRecords implements AutoCloseable {
  private final RecordReader reader;
  private final QuarantineLog quarantine;

  /** Takes documents. */
  public interface Receiver {
    /** Takes the next. */
    void take(Document document) throws IOException;
  }

  /**
   * What was read.
   *
   * @param report of the file
   * @param quarantine file of the quarantined records within the output folder, empty if none are
   */
  public record Read(FileReport report, String quarantine) {}

  private UnitRecords(RecordReader reader, QuarantineLog quarantine) {
    this.reader = reader;
    this.quarantine = quarantine;
  }

  /**
   * Opens a unit.
   *
   * @param attempt names the file of its quarantined records
   */
  public static UnitRecords open(
      WorkFolder folder, EtlUnit unit, ReaderSettings limits, String attempt) throws IOException {
    String aside = "quarantine/" + attempt + ".jsonl";
    return new UnitRecords(
        unit.open(folder.storage(), limits), new QuarantineLog(folder, aside, unit.file().path()));
  }

  /**
   * Name of the receipt of a unit that was read. Another part of a file has another receipt, so
   * that work on both is found again.
   *
   * @param work what is done with its documents
   */
  public static String receiptName(String work, EtlUnit unit) {
    String part = Sha256.of(unit.split().identity()).substring(0, 8);
    return "%s-%s-%s".formatted(work, unit.name(), part);
  }

  /** Gives all documents, in order. */
  public void forEach(Receiver receiver) throws IOException {
    for (Optional<Outcome> next = reader.next(); next.isPresent(); next = reader.next()) {
      if (next.get() instanceof Outcome.Read read) {
        receiver.take(read.document());
      } else if (next.get() instanceof Outcome.SetAside setAside) {
        quarantine.add(setAside.record());
      }
    }
  }

  /** Ends the quarantine. */
  public Read commit() throws IOException {
    return new Read(reader.report(), quarantine.commit());
  }

  @Override
  public void close() throws IOException {
    try (reader) {
      quarantine.close();
    }
  }
}
