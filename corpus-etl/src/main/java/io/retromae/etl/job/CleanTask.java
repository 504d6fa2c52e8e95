package io.retromae.etl.job;

import io.retromae.core.shard.ColumnTable;
import io.retromae.etl.clean.Cleaner;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.decontaminate.Hits;
import io.retromae.etl.decontaminate.NGramIndex;
import io.retromae.etl.dedup.DedupSettings;
import io.retromae.etl.dedup.Fingerprint;
import io.retromae.etl.dedup.MinHash;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageClock;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.Verdict;
import io.retromae.etl.work.CleanedFile;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.UnitRecords;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Pass A for one unit: read, quarantine, normalise, language, stages, fingerprint. */
final class CleanTask {
  private final EtlContext context;
  private final EtlConfig config;
  private final Cleaner cleaner;
  private final NGramIndex benchmarks;
  private final CleanCounters progress;
  private final MinHash minhash;

  private CleanTask(EtlContext context, NGramIndex benchmarks, CleanCounters progress) {
    this.progress = progress;
    this.context = context;
    this.config = context.config();
    this.benchmarks = benchmarks;
    this.minhash = config.dedup().minhash().functions();
    Stages stages =
        Stages.of(config.filters(), context.settingsBelow("filters."), context.storage());
    this.cleaner = new Cleaner(stages, config.seed());
  }

  /**
   * What a finished unit leaves.
   *
   * @param unit its identity
   * @param path the file
   * @param bytes its size
   * @param records documents and quarantined records
   * @param quarantined by reason
   * @param quarantine path of the quarantined records within the corpus folder, empty if there are
   *     none
   * @param notes repairs and skips
   * @param keys of records that lack their text or their set's name
   * @param error kind and sentence, empty texts if the file was read to its end
   * @param cleaned path of the cleaned documents within the corpus folder
   * @param kept rows in it
   * @param counts by stage
   */
  record Receipt(
      String unit,
      String path,
      long bytes,
      long records,
      Map<String, Long> quarantined,
      String quarantine,
      Map<String, Long> notes,
      Map<String, Long> keys,
      List<String> error,
      String cleaned,
      long kept,
      StageCounts.Counts counts)
      implements Receipts.Receipt {
    /** Takes what receipts of earlier versions do not have as empty. */
    Receipt {
      keys = Optional.ofNullable(keys).orElse(Map.of());
    }

    @Override
    public List<String> files() {
      return quarantine.isEmpty() ? List.of(cleaned) : List.of(cleaned, quarantine);
    }

    /** The same with counts by stage only: what the driver keeps of each of very many units. */
    Receipt light() {
      return new Receipt(
          unit,
          path,
          bytes,
          records,
          quarantined,
          quarantine,
          notes,
          keys,
          error,
          cleaned,
          kept,
          counts.byStage());
    }
  }

  static String receiptName(EtlUnit unit) {
    return UnitRecords.receiptName("clean", unit);
  }

  /**
   * Cleans a unit, unless a receipt says that it has been done.
   *
   * @param benchmarks n-grams to mark in documents; may be empty
   * @param progress counts what has been done
   */
  static Receipt run(
      EtlContext context, EtlUnit unit, NGramIndex benchmarks, CleanCounters progress)
      throws IOException {
    Optional<Receipt> done = context.receipt(receiptName(unit), Receipt.class);
    if (done.isPresent() && done.get().unit().equals(unit.identity())) {
      progress.stored().add(unit.bytes());
      return done.get();
    }
    return new CleanTask(context, benchmarks, progress).clean(unit);
  }

  private Receipt clean(EtlUnit unit) throws IOException {
    String attempt = unit.name() + "-" + UUID.randomUUID();
    String path = (config.keepCleaned() ? "" : "_work/") + "cleaned/" + attempt + ".parquet";
    UnitRecords.Read read;
    long kept;
    try (UnitRecords records = UnitRecords.open(context.folder(), unit, config.reader(), attempt);
        ColumnTable.Writer writer = CleanedFile.write(context, path)) {
      records.forEach(document -> document(document, writer));
      read = records.commit();
      kept = writer.commit();
    }
    cleaner.clock().lap("write", 0);
    Receipt receipt = receipt(unit, read, path, kept);
    context.publishReceipt(receiptName(unit), receipt);
    progress.stored().add(unit.bytes());
    return receipt;
  }

  private Receipt receipt(EtlUnit unit, UnitRecords.Read read, String path, long kept) {
    FileReport report = read.report();
    return new Receipt(
        unit.identity(),
        unit.file().path(),
        unit.bytes(),
        report.recordsRead(),
        report.quarantined(),
        read.quarantine(),
        report.notes(),
        report.keys(),
        report.errorTexts(),
        path,
        kept,
        cleaner.stop());
  }

  private void document(Document document, ColumnTable.Writer writer) throws IOException {
    long bytes = Measure.utf8Length(document.text());
    cleaner.clock().lap("read", bytes);
    progress.documents().add(1);
    progress.textBytes().add(bytes);
    Verdict verdict = cleaner.clean(document.id(), document.source(), document.text());
    if (verdict instanceof Verdict.Kept kept) {
      write(document.id(), kept, writer);
    }
  }

  private void write(String id, Verdict.Kept kept, ColumnTable.Writer writer) throws IOException {
    StageClock clock = cleaner.clock();
    CleanDocument document = kept.document();
    long bytes = kept.measure().bytes();
    Fingerprint fingerprint = Fingerprint.of(document.text());
    clock.lap("fingerprint", bytes);
    DedupSettings.MinHashSettings near = config.dedup().minhash();
    int shingle = near.shingle(document.language());
    long[] bands = near.enabled() ? minhash.signature(document.words(), shingle) : new long[0];
    clock.lap("minhash", bytes);
    Hits hits = benchmarks.size() > 0 ? benchmarks.scan(document.words()) : Hits.none();
    clock.lap("benchmarks", bytes);
    new CleanedFile.Row(
            id,
            document.source(),
            document.language(),
            document.words().count(),
            fingerprint,
            bands,
            hits,
            document.text())
        .writeTo(writer);
    clock.lap("write", bytes);
  }
}
