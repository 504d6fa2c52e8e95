package io.retromae.finetune.mine;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.source.Row;
import io.retromae.embed.source.Rows;
import io.retromae.finetune.data.LineCounts;
import io.retromae.finetune.data.PairFile;
import java.io.IOException;
import java.text.Normalizer;
import java.util.Optional;

/** Reads the documents of a pool. */
final class PoolRows {
  private PoolRows() {}

  /** Takes documents. */
  interface Receiver {
    /** Takes a text, NFC. */
    void take(String id, String text) throws IOException;
  }

  /** Reads the texts of a unit, in order. */
  static void read(
      Storage storage,
      InputUnit unit,
      PairFile.BadRecords badRecords,
      LineCounts counts,
      Receiver receiver)
      throws IOException {
    try (Rows rows = unit.open(storage)) {
      boolean more = true;
      while (more) {
        try {
          Optional<Row> row = rows.next();
          more = row.isPresent();
          if (more && row.get() instanceof Row.Text text) {
            receiver.take(text.id(), Normalizer.normalize(text.text(), Normalizer.Form.NFC));
          } else if (more) {
            throw new RefusedRecordException("null_text", "its text is null");
          }
        } catch (RefusedRecordException e) {
          String where = "%s, record %d: ".formatted(unit.file().path(), rows.number());
          if (badRecords == PairFile.BadRecords.FAIL) {
            throw new CorruptDataException(
                where + e.getMessage() + "; bad_records=skip leaves such records out", e);
          }
          counts.refused(
              "pool_" + e.reason(),
              new LineCounts.Refused(unit.file().path(), rows.number(), e.getMessage()));
        }
      }
    }
  }
}
