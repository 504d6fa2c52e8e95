package io.retromae.etl.job;

import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardWriter;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.etl.decontaminate.Cleaned;
import io.retromae.etl.decontaminate.Decontaminator;
import io.retromae.etl.decontaminate.TaskCounts;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageClock;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.tokenize.DocumentEncoder;
import io.retromae.etl.tokenize.Packer;
import io.retromae.etl.tokenize.SentenceIds;
import io.retromae.etl.tokenize.SentenceSplitter;
import io.retromae.etl.work.CleanedFile;
import io.retromae.etl.work.DropList;
import io.retromae.etl.work.EtlContext;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * First half of pass B for one unit: documents that are no duplicates, without what benchmarks and
 * frequent lines hold, to sentences, ids, blocks.
 */
final class PackTask {
  /** Stages of this pass that drop documents, in order. */
  static final String EXACT = "exact_dedup";

  static final String NEAR = "near_dedup";
  static final String HOLD_OUT = "hold_out";
  static final String DECONTAMINATE = "decontaminate";
  static final String LINES = "frequent_lines";
  static final String PACKING = "packing";

  private static final int SAMPLES_PER_ROW_GROUP = 8_192;

  private final EtlContext context;
  private final Withheld withheld;
  private final Decontaminator decontaminator;
  private final DocumentEncoder encoder;
  private final Packer packer;
  private final StageCounts counts = new StageCounts();
  private final StageClock clock = new StageClock();
  private final Map<String, TaskCounts> contamination = new TreeMap<>();
  private final long seed;
  private long cutTokens;
  private long droppedTokens;

  private PackTask(EtlContext context, Withheld withheld) {
    EtlConfig config = context.config();
    Vocabulary vocabulary = Vocabulary.load(context.storage(), config.vocab());
    this.context = context;
    this.withheld = withheld;
    this.seed = config.seed();
    this.decontaminator =
        new Decontaminator(
            config.decontaminate(), withheld.tasks(), withheld.common(), SentenceSplitter::spans);
    this.encoder = new DocumentEncoder(new WordPieceTokenizer(vocabulary, config.wordRules()));
    this.packer = new Packer(config.packing(), config.seed());
  }

  /**
   * What a finished unit leaves.
   *
   * @param cleaned the file it was made from
   * @param leftOut hash of all that was left out
   * @param samples where they are
   * @param cutTokens ids lost because blocks were too long
   * @param droppedTokens ids lost because tails were too short
   * @param contamination what was found of each benchmark
   * @param counts by stage
   */
  record Receipt(
      String cleaned,
      String leftOut,
      ShardEntry samples,
      long cutTokens,
      long droppedTokens,
      Map<String, TaskCounts> contamination,
      StageCounts.Counts counts)
      implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return List.of(cleaned, samples.name());
    }

    /** The same with counts by stage only: what the driver keeps of each of very many units. */
    Receipt light() {
      return new Receipt(
          cleaned, leftOut, samples, cutTokens, droppedTokens, contamination, counts.byStage());
    }
  }

  private static String receiptName(int unit) {
    return String.format(Locale.ROOT, "pack-%06d", unit);
  }

  /** What a finished unit left. */
  static Receipt receipt(EtlContext context, int unit) {
    return context.receipt(receiptName(unit), Receipt.class).orElseThrow();
  }

  /** Packs a unit, unless a receipt says that it has been done. */
  static Receipt run(EtlContext context, EtlUnit unit, String cleaned, Withheld withheld)
      throws IOException {
    DropList drops =
        withheld.dropLists() ? DropList.read(context.folder(), unit.number()) : DropList.none();
    String leftOut = Sha256.of(withheld.fingerprint() + HexFormat.of().formatHex(drops.toBytes()));
    Optional<Receipt> done = context.receipt(receiptName(unit.number()), Receipt.class);
    if (done.isPresent()
        && done.get().cleaned().equals(cleaned)
        && done.get().leftOut().equals(leftOut)) {
      return done.get();
    }
    Receipt receipt = new PackTask(context, withheld).pack(unit, cleaned, drops, leftOut);
    context.publishReceipt(receiptName(unit.number()), receipt);
    return receipt;
  }

  private Receipt pack(EtlUnit unit, String cleaned, DropList drops, String leftOut)
      throws IOException {
    String name = "_work/packed/%s-%s.parquet".formatted(unit.name(), UUID.randomUUID());
    try (ColumnTable.Reader reader = CleanedFile.Cleaned.open(context, cleaned);
        ShardWriter writer =
            new ShardWriter(
                context.storage(), context.output(), name, SAMPLES_PER_ROW_GROUP, Map.of())) {
      for (int row = 0; reader.next(); row++) {
        CleanedFile.Cleaned document = CleanedFile.Cleaned.of(reader);
        Measure measure = document.measure();
        clock.lap("read_cleaned", measure.bytes());
        if (drops.contains(row)) {
          boolean exact = drops.exact().contains(row);
          drop(document, measure, exact ? EXACT : NEAR, "duplicate");
        } else if (withheld.heldOut().contains(document.documentId())) {
          drop(document, measure, HOLD_OUT, "document_id");
        } else {
          Optional<String> text = withoutWithheld(document, measure);
          if (text.isPresent()) {
            pack(document, measure(document, text.get()), text.get(), writer);
          }
        }
      }
      ShardEntry samples = writer.commit();
      clock.lap("pack", 0);
      clock.stop(counts);
      return new Receipt(
          cleaned, leftOut, samples, cutTokens, droppedTokens, contamination, counts.counts());
    }
  }

  /** The text without what must not be trained on; empty if the document was dropped. */
  private Optional<String> withoutWithheld(CleanedFile.Cleaned document, Measure measure) {
    Cleaned clean = decontaminator.clean(document.text(), document.hits());
    TaskCounts.addTo(contamination, clean.byTask());
    clock.lap(DECONTAMINATE, measure.bytes());
    if (clean instanceof Cleaned.Dropped dropped) {
      drop(document, measure, DECONTAMINATE, dropped.reason());
      return Optional.empty();
    }
    Cleaned.Kept kept = (Cleaned.Kept) clean;
    edit(document, DECONTAMINATE, "sentences", kept.removedSentences());
    shorten(document, DECONTAMINATE, document.text(), kept.text());
    String text = withheld.lines().without(document.source(), kept.text());
    edit(document, LINES, "characters", kept.text().length() - text.length());
    shorten(document, LINES, kept.text(), text);
    clock.lap(LINES, measure.bytes());
    if (text.isBlank()) {
      drop(document, measure(document, text), LINES, "nothing_left");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private void pack(CleanedFile.Cleaned document, Measure measure, String text, ShardWriter writer)
      throws IOException {
    SentenceIds sentences = encoder.encode(text);
    clock.lap("tokenize", measure.bytes());
    Packer.Packed packed = packer.pack(sentences, document.documentId());
    cutTokens += packed.cut();
    droppedTokens += packed.droppedTail();
    if (packed.blocks().isEmpty()) {
      drop(document, measure, PACKING, "too_few_tokens");
      return;
    }
    long tokens = packed.blocks().stream().mapToLong(ids -> ids.length).sum();
    counts.pass(where(document), StageCounts.PACKED, measure.withTokens(tokens));
    int block = 0;
    for (int[] ids : packed.blocks()) {
      writer.append(new Sample(ids, document.source(), document.documentId(), block++));
    }
    clock.lap("pack", measure.bytes());
  }

  private void drop(CleanedFile.Cleaned document, Measure measure, String stage, String reason) {
    Example example = Example.of(seed, document.documentId(), document.text());
    counts.drop(where(document), stage, reason, measure, example);
  }

  private void edit(CleanedFile.Cleaned document, String stage, String kind, long count) {
    if (count > 0) {
      counts.edit(where(document), stage, Map.of(kind, count));
    }
  }

  /** Words of what was cut are not counted again: their share of the text is taken. */
  private void shorten(CleanedFile.Cleaned document, String stage, String before, String after) {
    if (before.length() != after.length()) {
      counts.shorten(where(document), stage, measure(document, before), measure(document, after));
    }
  }

  private static Measure measure(CleanedFile.Cleaned document, String text) {
    double share = (double) text.length() / Math.max(1, document.text().length());
    return Measure.of(text, Math.round(document.words() * share));
  }

  private static StageCounts.Where where(CleanedFile.Cleaned document) {
    return new StageCounts.Where(document.source(), document.language());
  }
}
