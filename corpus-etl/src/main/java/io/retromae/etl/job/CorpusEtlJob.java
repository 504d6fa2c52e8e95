package io.retromae.etl.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.etl.clean.Normalizer;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.decontaminate.BenchmarkIndexing;
import io.retromae.etl.decontaminate.NGramIndex;
import io.retromae.etl.decontaminate.Part;
import io.retromae.etl.dedup.DedupStatistics;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.report.StageCounts;
import io.retromae.etl.shuffle.ShardPartitioner;
import io.retromae.etl.shuffle.ShardPlan;
import io.retromae.etl.shuffle.ShardTask;
import io.retromae.etl.shuffle.ShuffleKey;
import io.retromae.etl.work.EtlContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * The corpus job: clean each unit, find duplicates on small rows, pack each unit, shuffle into
 * shards, commit. Texts never cross the network, only hashes do, and the samples themselves once;
 * every finished unit leaves a receipt, so that a killed job goes on where it was; the manifest is
 * the commit.
 */
public final class CorpusEtlJob {
  private static final List<String> ENTRIES =
      List.of(
          "_work",
          "_SUCCESS.json",
          "_manifest.json.1",
          "data",
          "cleaned",
          "quarantine",
          "report",
          "vocab.txt");

  /** Settings that do not change what is written; a run with others goes on with the work. */
  private static final Set<String> UNCHANGING =
      Set.of("output", "on_bad_file", "limits.max_quarantined_share");

  private final JavaSparkContext spark;
  private final Resolved<EtlConfig> resolved;
  private final EtlConfig config;
  private final Storage storage;
  private final String output;
  private final CorpusCommit commit;
  private final Consumer<String> console;
  private final Consumer<String> progress;
  private final List<EtlReport.Phase> phases = new ArrayList<>();
  private final StageCounts counts = new StageCounts();

  /** A job that tells its story to {@code console}, line by line. */
  public CorpusEtlJob(
      JavaSparkContext spark, Resolved<EtlConfig> resolved, Consumer<String> console) {
    this(spark, resolved, console, text -> {});
  }

  /**
   * The same.
   *
   * @param progress takes a line every second that says how far the work is
   */
  public CorpusEtlJob(
      JavaSparkContext spark,
      Resolved<EtlConfig> resolved,
      Consumer<String> console,
      Consumer<String> progress) {
    this.progress = progress;
    this.spark = spark;
    this.resolved = resolved;
    this.config = resolved.value();
    this.storage = SparkSurroundings.storage(spark);
    this.output = storage.qualify(config.output());
    this.commit = new CorpusCommit(resolved, storage, output);
    this.console = console;
  }

  /**
   * Runs to the commit; a corpus that is finished already is only reported.
   *
   * @param mode how to treat an output folder that holds earlier work
   * @throws CorruptDataException in strict mode if a file has an error inside
   */
  public EtlReport run(OutputMode mode) {
    return run(mode, EtlPlan.of(storage, config));
  }

  /** The same by a plan that was made, and refused what it had to, before Spark started. */
  public EtlReport run(OutputMode mode, EtlPlan plan) {
    try (EtlProgress following = EtlProgress.follow(spark, progress)) {
      return runToCommit(mode, plan, following);
    } catch (Exception e) { // Spark throws checked exceptions undeclared
      throw TaskFailures.meaningOf(e);
    }
  }

  /**
   * What {@link #run} would find in its output folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<EtlConfig> resolved, EtlPlan plan, OutputMode mode) {
    EtlConfig config = resolved.value();
    EtlContext context = new EtlContext(settings(resolved, storage), storage, config.output());
    Stages stages = Stages.of(config.filters(), context.settingsBelow("filters."), storage);
    BenchmarkIndexing benchmarks =
        BenchmarkIndexing.of(storage, config.decontaminate(), Normalizer::normalize);
    return new OutputFolder(storage, storage.qualify(config.output()), ENTRIES)
        .check(identity(resolved, storage, plan, benchmarks, stages.badWordLists()), mode);
  }

  private EtlReport runToCommit(OutputMode mode, EtlPlan plan, EtlProgress following) {
    EtlContext context = new EtlContext(settings(resolved, storage), storage, output);
    Stages stages = Stages.of(config.filters(), context.settingsBelow("filters."), storage);
    BenchmarkIndexing benchmarks =
        BenchmarkIndexing.of(storage, config.decontaminate(), Normalizer::normalize);
    OutputFolder folder = new OutputFolder(storage, output, ENTRIES);
    folder.claim(
        identity(resolved, storage, plan, benchmarks, stages.badWordLists()),
        resolved.yaml(),
        mode);
    if (ShardManifest.exists(storage, output)) {
      commit.refuseOtherInputs(plan.files());
      CorpusGarbage.delete(storage, output); // of a kill behind the commit
      console.accept(output + ": finished already by the same configuration");
      return commit.readReport();
    }
    plan.describe(config).forEach(console);
    describe(benchmarks).forEach(console);
    long start = System.nanoTime();

    CleanPhase.Cleaned clean =
        phase(
            "clean",
            () -> new CleanPhase(spark, context, config, following).run(plan.files(), benchmarks));
    Conservation.checkListing(plan.files(), clean.units());
    List<CleanTask.Receipt> cleaned = clean.receipts();
    counts.add(clean.counts());
    refuseBadFiles(cleaned);
    InputCounts inputs = InputCounts.of(config.inputs(), clean.units(), cleaned);
    inputs.lines().forEach(console);
    ReportMaker reports = new ReportMaker(spark, context, plan, inputs);
    CorpusRefusal refusal = new CorpusRefusal(folder, commit, output);
    List<String> refusals = refusals(inputs, cleaned);
    if (!refusals.isEmpty()) {
      throw refusal.because(refusals, report(reports, cleaned, List.of()));
    }
    Optional<DedupStatistics> duplicates = phase("dedup", () -> duplicates(context, cleaned));
    Withheld withheld = phase("withhold", () -> withhold(context, cleaned, benchmarks.index()));
    List<PackTask.Receipt> packed =
        phase("pack", () -> pack(context, clean.units(), cleaned, withheld));
    if (packed.stream().allMatch(receipt -> receipt.samples().samples() == 0)) {
      String why = CorpusRefusal.nothingLeft(inputs, counts.counts(), cleaned);
      throw refusal.because(List.of(why), report(reports, cleaned, packed));
    }
    List<ShardEntry> shards = phase("shuffle", () -> shuffle(context, plan, packed));
    new Conservation(cleaned, packed, shards).check();
    EtlReport report =
        reports.make(counts.counts(), cleaned, duplicates, packed, shards, List.copyOf(phases));
    commit.publish(plan, report, cleaned, shards, spark.version());
    report.funnel().lines().forEach(console);
    report.warnings().forEach(warning -> warning.lines().forEach(console));
    console.accept("committed %.2f s after the first byte read".formatted(seconds(start)));
    return report;
  }

  /** Assignments for executors, whose working folder is another: the vocabulary's path is whole. */
  private static List<String> settings(Resolved<EtlConfig> resolved, Storage storage) {
    return resolved.settings().stream()
        .map(
            setting ->
                setting.path().equals("vocab")
                    ? "vocab=" + storage.qualify(resolved.value().vocab())
                    : setting.path() + "=" + setting.value())
        .toList();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<String> describe(BenchmarkIndexing benchmarks) {
    return benchmarks.reports().stream()
        .map(
            report ->
                "keep out %s: %,d queries, %,d passages, %,d bad records"
                    .formatted(
                        report.set(),
                        report.texts(Part.QUERIES),
                        report.texts(Part.PASSAGES),
                        report.badRecords()))
        .toList();
  }

  private <T> T phase(String name, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    phases.add(new EtlReport.Phase(name, seconds(start)));
    return result;
  }

  /** All that the shards depend on. */
  private static Map<String, String> identity(
      Resolved<EtlConfig> resolved,
      Storage storage,
      EtlPlan plan,
      BenchmarkIndexing benchmarks,
      List<String> badWordLists) {
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(s -> !UNCHANGING.contains(s.path()))
        .forEach(s -> identity.put(s.path(), s.value()));
    for (String path : badWordLists) {
      identity.put("bad words " + path, Sha256.of(new String(storage.read(path), UTF_8)));
    }
    identity.put("vocabulary fingerprint", plan.vocabulary().fingerprint());
    identity.put("benchmarks fingerprint", benchmarks.index().fingerprint());
    return identity;
  }

  private void refuseBadFiles(List<CleanTask.Receipt> cleaned) {
    List<String> bad =
        cleaned.stream().filter(r -> !r.error().isEmpty()).map(r -> r.error().get(1)).toList();
    if (!bad.isEmpty() && config.onBadFile() == EtlConfig.OnBadFile.STRICT) {
      throw new CorruptDataException(bad);
    }
    bad.forEach(console);
  }

  /** Why no corpus can come of what was read, as far as that is known before duplicates are. */
  private List<String> refusals(InputCounts inputs, List<CleanTask.Receipt> cleaned) {
    boolean salvage = config.onBadFile() == EtlConfig.OnBadFile.SALVAGE;
    List<String> refusals = inputs.refusals(config.limits(), salvage);
    boolean nothing = cleaned.stream().allMatch(receipt -> receipt.kept() == 0);
    return refusals.isEmpty() && nothing
        ? List.of(CorpusRefusal.nothingLeft(inputs, counts.counts(), cleaned))
        : refusals;
  }

  /** The report of a job that ends early. */
  private EtlReport report(
      ReportMaker reports, List<CleanTask.Receipt> cleaned, List<PackTask.Receipt> packed) {
    return reports.make(
        counts.counts(), cleaned, Optional.empty(), packed, List.of(), List.copyOf(phases));
  }

  private Optional<DedupStatistics> duplicates(
      EtlContext context, List<CleanTask.Receipt> cleaned) {
    if (!Deduplication.wanted(config.dedup())) {
      return Optional.empty();
    }
    spark.setJobGroup("retromae-etl-dedup", "exact and near duplicates", true);
    return Optional.of(new Deduplication(spark, context, config.dedup(), cleaned).run());
  }

  private Withheld withhold(
      EtlContext context, List<CleanTask.Receipt> cleaned, NGramIndex benchmarks) {
    spark.setJobGroup("retromae-etl-withhold", "frequent lines, common n-grams", true);
    boolean dropLists = Deduplication.wanted(config.dedup());
    return new WithheldTexts(spark, context, cleaned, dropLists).find(config, benchmarks.tasks());
  }

  private List<PackTask.Receipt> pack(
      EtlContext context, List<EtlUnit> units, List<CleanTask.Receipt> cleaned, Withheld withheld) {
    List<Tuple2<EtlUnit, String>> work = new ArrayList<>();
    units.forEach(unit -> work.add(new Tuple2<>(unit, cleaned.get(unit.number()).cleaned())));
    Broadcast<Withheld> leftOut = spark.broadcast(withheld);
    spark.setJobGroup("retromae-etl-pack", "sentences, ids, blocks", true);
    spark
        .parallelize(work, Math.max(1, work.size()))
        .foreach(w -> PackTask.run(context, w._1(), w._2(), leftOut.value()));
    List<PackTask.Receipt> packed = new ArrayList<>();
    for (EtlUnit unit : units) {
      PackTask.Receipt receipt =
          context.receipt("pack-" + unit.name(), PackTask.Receipt.class).orElseThrow();
      counts.add(receipt.counts());
      packed.add(receipt.light());
    }
    return packed;
  }

  private List<ShardEntry> shuffle(
      EtlContext context, EtlPlan plan, List<PackTask.Receipt> packed) {
    List<ShardEntry> parts = packed.stream().map(PackTask.Receipt::samples).toList();
    ShardPlan shards =
        ShardPlan.of(parts, config.samplesPerShard(), plan.vocabulary().fingerprint());
    List<Integer> units = java.util.stream.IntStream.range(0, parts.size()).boxed().toList();
    long seed = config.seed();
    spark.setJobGroup("retromae-etl-shuffle", "global shuffle, shards", true);
    JavaPairRDD<ShuffleKey, Sample> keyed =
        spark
            .parallelize(units, Math.max(1, units.size()))
            .flatMapToPair(
                unit -> {
                  String name = "pack-%06d".formatted(unit);
                  PackTask.Receipt receipt =
                      context.receipt(name, PackTask.Receipt.class).orElseThrow();
                  return ShardTask.read(context, receipt.samples(), seed);
                });
    List<Integer> written =
        keyed
            .repartitionAndSortWithinPartitions(new ShardPartitioner(shards.shards()))
            .mapPartitions(
                samples -> {
                  int shard = TaskContext.getPartitionId();
                  ShardTask.write(context, shards, shard, samples);
                  return List.of(shard).iterator();
                })
            .collect();
    return written.stream()
        .sorted()
        .map(n -> context.receipt("shard-%05d".formatted(n), ShardTask.Receipt.class))
        .map(receipt -> receipt.orElseThrow().shard())
        .toList();
  }
}
