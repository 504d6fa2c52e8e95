package io.retromae.embed.job;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.source.Row;
import io.retromae.embed.source.Rows;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a unit once before anything is computed: how many records there are, which give no text,
 * and, where ids are given, what they are.
 */
final class ScanTask {
  /** Bad records of a unit that are named. */
  static final int EXAMPLES = 20;

  private final EmbedContext context;
  private final InputUnit unit;
  private final List<Long> vectors = new ArrayList<>();
  private final Map<String, Long> bad = new TreeMap<>();
  private final List<BadRecord> examples = new ArrayList<>();
  private long rows;
  private long absent;

  private ScanTask(EmbedContext context, InputUnit unit) {
    this.context = context;
    this.unit = unit;
  }

  /**
   * A record that gives no text.
   *
   * @param record its number, counted from the beginning of the unit
   * @param reason as reports count it
   * @param message what is wrong
   */
  record BadRecord(long record, String reason, String message) implements Serializable {}

  /**
   * What a read unit leaves.
   *
   * @param unit its identity
   * @param records good and bad, and blank lines: what the numbers of later records begin behind
   * @param rows that it gives
   * @param absent rows among them whose text is null
   * @param vectors of each of its output files
   * @param bad records by reason
   * @param examples the first bad ones
   * @param ids file of hashes of its ids; empty where ids need no look
   */
  record Receipt(
      String unit,
      long records,
      long rows,
      long absent,
      List<Long> vectors,
      Map<String, Long> bad,
      List<BadRecord> examples,
      String ids)
      implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return ids.isEmpty() ? List.of() : List.of(ids);
    }

    long badRecords() {
      return bad.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Name of a unit's receipt. */
  static String receiptName(InputUnit unit) {
    return "scan-" + unit.name();
  }

  /** Reads a unit, unless a receipt says that it has been done. */
  static Receipt run(EmbedContext context, InputUnit unit) throws IOException {
    Optional<Receipt> done = context.receipts().read(receiptName(unit), Receipt.class);
    if (done.isPresent() && done.get().unit().equals(unit.identity())) {
      return done.get();
    }
    Receipt receipt = new ScanTask(context, unit).scan();
    context.receipts().publish(receiptName(unit), receipt);
    return receipt;
  }

  private Receipt scan() throws IOException {
    try (IdHashes.Writer ids = IdHashes.writer(context, unit);
        Rows records = unit.open(context.storage())) {
      boolean more = true;
      while (more) {
        more = next(records, ids);
      }
      return new Receipt(
          unit.identity(),
          records.number() - unit.before(),
          rows,
          absent,
          vectors,
          bad,
          examples,
          ids.commit());
    }
  }

  /** Takes a record; whether there was one. */
  private boolean next(Rows records, IdHashes.Writer ids) throws IOException {
    try {
      Optional<Row> row = read(unit, records);
      row.ifPresent(this::count);
      if (row.isPresent()) {
        ids.add(row.get().id());
      }
      return row.isPresent();
    } catch (RefusedRecordException e) {
      bad.merge(e.reason(), 1L, Long::sum);
      if (examples.size() < EXAMPLES) {
        examples.add(new BadRecord(records.number() - unit.before(), e.reason(), e.getMessage()));
      }
      return true;
    }
  }

  private void count(Row row) {
    if (rows % context.rowsPerFile() == 0) {
      vectors.add(0L);
    }
    rows++;
    if (row instanceof Row.Missing) {
      absent++;
    } else {
      vectors.set(vectors.size() - 1, vectors.get(vectors.size() - 1) + 1);
    }
  }

  /**
   * The next row; a file that cannot be read on is refused.
   *
   * @throws CorruptDataException naming the file and the record behind which it breaks
   */
  static Optional<Row> read(InputUnit unit, Rows records) throws RefusedRecordException {
    try {
      return records.next();
    } catch (IOException e) {
      throw new CorruptDataException(
          "%s: cannot be read behind record %,d: %s; fetch the file again"
              .formatted(unit.file().path(), records.number(), e.getMessage()),
          e);
    }
  }
}
