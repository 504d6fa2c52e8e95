package io.retromae.embed.job;

import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.vocab.RowFrame;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.encoder.WindowEncoder;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.source.Row;
import io.retromae.embed.source.Rows;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Embeds a unit: reads, tokenizes, computes a window at a time, writes. */
final class EncodeTask {
  /** A window of long texts ends early, after so many batches, so that progress is seen. */
  private static final long WINDOW_BATCHES = 16;

  private final EmbedContext context;
  private final InputUnit unit;
  private final EmbedCounters progress;
  private final TextEncoder encoder;
  private final List<Waiting> window = new ArrayList<>();
  private long rows;
  private long absent;
  private long cut;
  private long tokens;
  private long windowTokens;

  private EncodeTask(
      EmbedContext context, InputUnit unit, EmbedCounters progress, TextEncoder encoder) {
    this.context = context;
    this.unit = unit;
    this.progress = progress;
    this.encoder = encoder;
  }

  /** A row that waits for its vector; without ids it gets none. */
  private record Waiting(String id, Optional<int[]> ids) {}

  /**
   * What an embedded unit leaves.
   *
   * @param unit its identity
   * @param path the file
   * @param before records of the file before the unit
   * @param vectors files of vectors, in order
   * @param rows in them
   * @param absent rows whose vector is null
   * @param cut texts longer than the limit
   * @param tokens of all texts after cutting, special ones not counted
   * @param seconds from opening to the last file
   */
  record Receipt(
      String unit,
      String path,
      long before,
      List<VectorFile> vectors,
      long rows,
      long absent,
      long cut,
      long tokens,
      double seconds)
      implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return vectors.stream().map(VectorFile::name).toList();
    }
  }

  /** Name of a unit's receipt. */
  static String receiptName(InputUnit unit) {
    return "embed-" + unit.name();
  }

  /**
   * Embeds a unit, unless a receipt says that it has been done.
   *
   * @param scanned what reading it before has found
   */
  static EmbedJob.Embedded run(
      EmbedContext context, InputUnit unit, List<Long> scanned, EmbedCounters progress)
      throws IOException {
    Optional<Receipt> done = context.receipts().read(receiptName(unit), Receipt.class);
    if (done.isPresent() && done.get().unit().equals(identity(unit))) {
      progress.earlier().add(done.get().rows());
      return new EmbedJob.Embedded(unit.number(), true, done.get());
    }
    try (TextEncoder encoder =
        SharedEncoder.acquire(context.storage(), context.encoder(), TaskPlace.here())) {
      Receipt receipt = new EncodeTask(context, unit, progress, encoder).embed(scanned);
      context.receipts().publish(receiptName(unit), receipt);
      return new EmbedJob.Embedded(unit.number(), false, receipt);
    }
  }

  /** Numbers of records are parts of ids, so what lies before the unit counts. */
  private static String identity(InputUnit unit) {
    return unit.identity() + " behind " + unit.before();
  }

  private Receipt embed(List<Long> scanned) throws IOException {
    long start = System.nanoTime();
    long enough = WINDOW_BATCHES * context.encoder().tokensPerBatch();
    try (Rows records = unit.open(context.storage());
        UnitOutput output = new UnitOutput(context, unit, scanned, encoder.width())) {
      boolean more = true;
      while (more) {
        more = take(records);
        if (!more || window.size() == WindowEncoder.WINDOW || windowTokens >= enough) {
          compute(output);
        }
      }
      List<VectorFile> files = output.commit();
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Receipt(
          identity(unit),
          unit.file().path(),
          unit.before(),
          files,
          rows,
          absent,
          cut,
          tokens,
          seconds);
    }
  }

  /** Takes a record; whether there was one. */
  private boolean take(Rows records) {
    try {
      Optional<Row> row = ScanTask.read(unit, records);
      row.ifPresent(found -> window.add(waiting(found)));
      return row.isPresent();
    } catch (RefusedRecordException e) {
      return true; // counted by the scan, which lets the job end here or go on
    }
  }

  private Waiting waiting(Row row) {
    if (row instanceof Row.Text text) {
      return new Waiting(text.id(), Optional.of(cut(ids(text.text()))));
    }
    if (row instanceof Row.Ids ids) {
      return new Waiting(ids.id(), Optional.of(cut(ids.ids())));
    }
    return new Waiting(row.id(), Optional.empty());
  }

  private int[] ids(String text) {
    return encoder.ids(context.instruction() + text);
  }

  private int[] cut(int[] ids) {
    int[] kept = RowFrame.cut(ids, context.encoder().maxLength());
    cut += kept.length < ids.length ? 1 : 0;
    windowTokens += kept.length;
    return kept;
  }

  private void compute(UnitOutput output) throws IOException {
    List<int[]> ids = window.stream().flatMap(row -> row.ids().stream()).toList();
    float[][] vectors = encoder.encodeIds(ids);
    int next = 0;
    for (Waiting row : window) {
      if (row.ids().isPresent()) {
        output.append(row.id(), vectors[next++]);
      } else {
        output.appendAbsent(row.id());
        absent++;
      }
      rows++;
    }
    tokens += windowTokens;
    progress.tokens().add(windowTokens);
    progress.texts().add(window.size());
    window.clear();
    windowTokens = 0;
  }
}
