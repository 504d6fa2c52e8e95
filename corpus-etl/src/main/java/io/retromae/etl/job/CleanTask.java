package io.retromae.etl.job;

import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.etl.clean.CleanDocument;
import io.retromae.etl.clean.DocumentStage;
import io.retromae.etl.clean.ExactFingerprint;
import io.retromae.etl.clean.Language;
import io.retromae.etl.clean.LanguageIdentifier;
import io.retromae.etl.clean.Normalizer;
import io.retromae.etl.clean.ScriptLanguageIdentifier;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.clean.Words;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.RecordReader;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Pass A for one unit: read, quarantine, normalise, language, filters, fingerprint. */
final class CleanTask {
  private final EtlContext context;
  private final EtlConfig config;
  private final Stages stages;
  private final LanguageIdentifier languages = new ScriptLanguageIdentifier();
  private final StageCounts counts = new StageCounts();

  private CleanTask(EtlContext context) {
    this.context = context;
    this.config = context.config();
    this.stages = Stages.of(config.filters(), context.settingsBelow("filters."));
  }

  /**
   * What a finished unit leaves.
   *
   * @param unit its identity
   * @param path the file
   * @param bytes its size
   * @param records documents and quarantined records
   * @param quarantined by reason
   * @param notes repairs and skips
   * @param error kind and sentence, empty texts if the file was read to its end
   * @param cleaned path of the cleaned documents
   * @param kept rows in it
   * @param counts by stage
   */
  record Receipt(
      String unit,
      String path,
      long bytes,
      long records,
      Map<String, Long> quarantined,
      Map<String, Long> notes,
      List<String> error,
      String cleaned,
      long kept,
      List<StageCounts.Row> counts) {}

  /** Cleans a unit, unless a receipt says that it has been done. */
  static Receipt run(EtlContext context, EtlUnit unit) throws IOException {
    Optional<Receipt> done = context.receipt("clean-" + unit.name(), Receipt.class);
    if (done.isPresent() && done.get().unit().equals(unit.identity())) {
      return done.get();
    }
    return new CleanTask(context).clean(unit);
  }

  private Receipt clean(EtlUnit unit) throws IOException {
    Storage storage = context.storage();
    String attempt = unit.name() + "-" + UUID.randomUUID();
    String folder = config.keepCleaned() ? context.output() : context.work();
    String path = folder + "/cleaned/" + attempt + ".parquet";
    String aside = context.output() + "/quarantine/" + unit.name() + ".jsonl";
    FileReport report;
    long kept;
    QuarantineLog quarantine = new QuarantineLog(unit.file().path());
    try (RecordReader reader = unit.open(storage, config.reader());
        ColumnTable.Writer writer = CleanedFile.write(storage, path)) {
      for (Optional<Outcome> next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof Outcome.Read read) {
          document(read.document(), writer);
        } else if (next.get() instanceof Outcome.SetAside setAside) {
          quarantine.add(setAside.record());
        }
      }
      report = reader.report();
      kept = writer.commit();
    }
    quarantine.publish(storage, aside);
    Receipt receipt = receipt(unit, report, path, kept);
    context.publishReceipt("clean-" + unit.name(), receipt);
    return receipt;
  }

  private Receipt receipt(EtlUnit unit, FileReport report, String path, long kept) {
    List<String> error =
        report.error().map(e -> List.of(e.kind(), report.describeError())).orElse(List.of());
    return new Receipt(
        unit.identity(),
        unit.file().path(),
        unit.bytes(),
        report.recordsRead(),
        report.quarantined(),
        report.notes(),
        error,
        path,
        kept,
        counts.rows());
  }

  private void document(Document document, ColumnTable.Writer writer) throws IOException {
    Words words = Words.of(Normalizer.normalize(document.text()));
    Language language = languages.identify(words);
    String name = language.toString().toLowerCase(Locale.ROOT);
    StageCounts.Where where = new StageCounts.Where(document.source(), name);
    counts.pass(where, StageCounts.READ, words.text());
    if (words.text().isEmpty()) {
      counts.drop(where, "normalize", "nothing_left", "");
      return;
    }
    CleanDocument clean = new CleanDocument(document.source(), language, words);
    for (DocumentStage stage : stages.of(document.source())) {
      if (!stage.scope().covers(clean)) {
        continue;
      }
      DocumentStage.Result result = stage.apply(clean);
      if (result instanceof DocumentStage.Result.Dropped dropped) {
        counts.drop(where, stage.name(), dropped.reason(), clean.text());
        return;
      }
      if (result instanceof DocumentStage.Result.Changed changed) {
        clean = changed.document();
      }
    }
    String text = clean.text();
    String fingerprint = ExactFingerprint.of(text);
    writer.append(
        new CleanedFile.Row(document.id(), document.source(), name, fingerprint, text).values());
  }
}
