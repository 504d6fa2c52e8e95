package io.retromae.finetune.pairs.job;

import io.retromae.core.shard.ColumnTable;
import io.retromae.etl.clean.Cleaner;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.pii.PersonalData;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Verdict;
import io.retromae.etl.text.Words;
import io.retromae.etl.work.UnitRecords;
import io.retromae.finetune.pairs.Benchmarks;
import io.retromae.finetune.pairs.PairLengths;
import io.retromae.finetune.pairs.PairRules;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.finetune.pairs.make.Pair;
import io.retromae.finetune.pairs.make.PairKind;
import io.retromae.finetune.pairs.make.TitledText;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Pairs of one unit: read, quarantine, hold out, clean, make, check. */
final class MakeTask {
  private static final long EXAMPLES_SEED = 0; // no examples are shown

  private final PairsContext context;
  private final PairsConfig config;
  private final KeptOut keptOut;
  private final PairRules rules;
  private final PairLengths lengths;
  private final Cleaner cleaner;
  private final Normalizer normalizer;
  private final PersonalData personal;
  private final PairCounts counts = PairCounts.none();
  private final TreeSet<PairSet> sets = new TreeSet<>();
  private long sentences;

  private MakeTask(PairsContext context, KeptOut keptOut) {
    this.context = context;
    this.config = context.config();
    this.keptOut = keptOut;
    this.rules = new PairRules(config.rules());
    this.lengths = config.lengths();
    this.cleaner = new Cleaner(context.stages(config), EXAMPLES_SEED);
    this.normalizer = new Normalizer(config.filters().normalize());
    this.personal = new PersonalData(config.filters().pii());
  }

  /**
   * What must not become a pair.
   *
   * @param documents by their ids
   * @param texts of benchmarks
   */
  record KeptOut(HeldOutDocuments documents, Benchmarks texts) implements Serializable {}

  /**
   * What a finished unit leaves.
   *
   * @param unit its identity
   * @param path the file
   * @param records documents and quarantined records
   * @param quarantined by reason
   * @param quarantine file of the quarantined records within the output folder, empty if none are
   * @param notes repairs and skips
   * @param error kind and sentence, empty if the file was read to its end
   * @param candidates file of the pairs within the output folder
   * @param kept rows in it
   * @param sets that they belong to
   * @param counts of documents, and of the pairs that were dropped
   */
  record Receipt(
      String unit,
      String path,
      long records,
      Map<String, Long> quarantined,
      String quarantine,
      Map<String, Long> notes,
      List<String> error,
      String candidates,
      long kept,
      List<PairSet> sets,
      PairCounts counts)
      implements Receipts.Receipt {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> files() {
      return quarantine.isEmpty() ? List.of(candidates) : List.of(candidates, quarantine);
    }
  }

  static String receiptName(EtlUnit unit) {
    return UnitRecords.receiptName("make", unit);
  }

  /** Makes the pairs of a unit, unless a receipt says that it has been done. */
  static Receipt run(PairsContext context, EtlUnit unit, KeptOut keptOut) throws IOException {
    Optional<Receipt> done = context.folder().receipts().read(receiptName(unit), Receipt.class);
    if (done.isPresent() && done.get().unit().equals(unit.identity())) {
      return done.get();
    }
    Receipt receipt = new MakeTask(context, keptOut).make(unit);
    context.folder().receipts().publish(receiptName(unit), receipt);
    return receipt;
  }

  private Receipt make(EtlUnit unit) throws IOException {
    String attempt = unit.name() + "-" + UUID.randomUUID();
    String file = "_work/candidates/" + attempt + ".parquet";
    UnitRecords.Read read;
    long kept;
    try (UnitRecords records = UnitRecords.open(context.folder(), unit, config.reader(), attempt);
        ColumnTable.Writer writer = Candidates.write(context.folder(), file)) {
      records.forEach(document -> document(document, writer));
      read = records.commit();
      kept = writer.commit();
    }
    FileReport report = read.report();
    return new Receipt(
        unit.identity(),
        unit.file().path(),
        report.recordsRead(),
        report.quarantined(),
        read.quarantine(),
        notes(report),
        report.errorTexts(),
        file,
        kept,
        List.copyOf(sets),
        counts);
  }

  private Map<String, Long> notes(FileReport report) {
    Map<String, Long> notes = new TreeMap<>(report.notes());
    if (sentences > 0) {
      notes.put("benchmark_sentences_removed", sentences);
    }
    return notes;
  }

  private void document(Document document, ColumnTable.Writer writer) throws IOException {
    String source = document.source();
    List<PairKind> kinds = rules.kinds(source);
    if (keptOut.documents().contains(document.id())) {
      counts.document(source, PairCounts.HELD_OUT);
      return;
    }
    if (kinds.isEmpty()) {
      counts.document(source, PairCounts.NO_RULE);
      return;
    }
    Verdict verdict = cleaner.clean(document.id(), source, document.text());
    if (verdict instanceof Verdict.Dropped dropped) {
      counts.document(source, "cleaning: %s, %s".formatted(dropped.stage(), dropped.reason()));
    } else if (verdict instanceof Verdict.Kept kept) {
      CleanDocument clean = kept.document();
      String title = withoutPersons(normalizer.apply(document.title()).text().strip(), clean);
      boolean code = kinds.contains(PairKind.DOCSTRING);
      String raw = code ? withoutPersons(document.text(), clean) : "";
      TitledText titled = TitledText.of(title, clean.text(), raw);
      boolean any = false;
      for (PairKind kind : kinds) {
        any |= pairs(document, kind, titled, writer);
      }
      counts.document(source, any ? PairCounts.WITH_PAIRS : PairCounts.WITHOUT_PAIRS);
    }
  }

  /** What did not go through the stages as it is: its personal data is replaced, too. */
  private String withoutPersons(String text, CleanDocument document) {
    CleanDocument alone = new CleanDocument(document.source(), document.language(), Words.of(text));
    return personal.apply(alone) instanceof DocumentStage.Result.Changed changed
        ? changed.document().text()
        : text;
  }

  /** Makes the pairs of a kind; whether there were any. */
  private boolean pairs(
      Document document, PairKind kind, TitledText text, ColumnTable.Writer writer)
      throws IOException {
    List<Pair> pairs = kind.of(text);
    String name = rules.name(document.source(), kind);
    if (!pairs.isEmpty()) {
      sets.add(new PairSet(name, document.source(), kind.label()));
    }
    for (Pair made : pairs) {
      Benchmarks.Left left = keptOut.texts().clean(made, config.decontaminate());
      sentences += left.sentences();
      Optional<Pair> pair = left.pair().map(p -> new Pair(p.query(), lengths.cut(p.positive())));
      String reason = pair.flatMap(lengths::reason).orElse(left.reason());
      if (reason.isEmpty()) {
        Candidates.append(
            writer, new Candidates.Row(name, document.source(), pair.orElseThrow(), document.id()));
      } else {
        counts.pair(name, reason);
      }
    }
    return !pairs.isEmpty();
  }
}
