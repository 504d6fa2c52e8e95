package io.retromae.etl.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.storage.Storage;
import io.retromae.etl.dedup.DedupStatistics;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.shuffle.ShardPlan;
import io.retromae.etl.shuffle.Shuffle;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.work.EtlContext;
import io.retromae.spark.SparkSurroundings;
import io.retromae.spark.TaskFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The corpus job: clean each unit, find duplicates on small rows, pack each unit, shuffle into
 * shards, commit. Texts never cross the network, only hashes do, and the samples themselves once;
 * every finished unit leaves a receipt, so that the job resumes after a kill; the manifest is the
 * commit.
 */
public final class CorpusEtlJob {
  private final JavaSparkContext spark;
  private final Resolved<EtlConfig> resolved;
  private final EtlConfig config;
  private final Storage storage;
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
    this.commit = new CorpusCommit(resolved, storage, storage.qualify(config.output()));
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
    return Preparation.of(resolved, storage, plan).check(mode);
  }

  private EtlReport runToCommit(OutputMode mode, EtlPlan plan, EtlProgress following) {
    Preparation ready = Preparation.of(resolved, storage, plan);
    ready.claim(resolved.yaml(), mode);
    if (commit.isDone()) {
      return commit.finishedBefore(ready.folder(), plan.files(), console);
    }
    plan.describe(config).forEach(console);
    ready.describe().forEach(console);
    long start = System.nanoTime();

    CleanPhase.Cleaned clean = phase("clean", () -> clean(ready, plan, following));
    InputCounts inputs = InputCounts.of(config.inputs(), clean.units(), clean.receipts());
    inputs.lines().forEach(console);
    ReportMaker reports = new ReportMaker(spark, ready, plan, inputs);
    CorpusRefusal refusal = new CorpusRefusal(ready.folder(), commit);
    List<String> refusals = CorpusRefusal.reasons(config, inputs, counts.counts(), clean);
    if (!refusals.isEmpty()) {
      throw refusal.because(refusals, endedEarly(reports, clean, List.of()));
    }
    Optional<DedupStatistics> duplicates = phase("dedup", () -> duplicates(ready.context(), clean));
    Withheld withheld = phase("withhold", () -> withhold(ready, clean));
    PackPhase.Packed packed =
        phase("pack", () -> new PackPhase(spark, ready.context()).run(clean, withheld));
    counts.add(packed.counts());
    if (packed.isEmpty()) {
      String why = CorpusRefusal.nothingLeft(inputs, counts.counts(), clean.receipts());
      throw refusal.because(List.of(why), endedEarly(reports, clean, packed.receipts()));
    }
    List<ShardEntry> shards = phase("shuffle", () -> shuffle(ready.context(), plan, packed));
    new Conservation(clean.receipts(), packed.receipts(), shards).check();
    EtlReport report =
        reports.make(
            counts.counts(),
            clean.receipts(),
            duplicates,
            packed.receipts(),
            shards,
            List.copyOf(phases));
    commit.publish(plan, report, clean.receipts(), shards, ready.lineage(spark.version()));
    report.funnel().lines().forEach(console);
    report.warnings().forEach(warning -> warning.lines().forEach(console));
    console.accept("committed %.2f s after the first byte read".formatted(seconds(start)));
    return report;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private <T> T phase(String name, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    phases.add(new EtlReport.Phase(name, seconds(start)));
    return result;
  }

  /** Pass A; in strict mode a file with an error inside ends the job. */
  private CleanPhase.Cleaned clean(Preparation ready, EtlPlan plan, EtlProgress following) {
    CleanPhase.Cleaned clean =
        new CleanPhase(spark, ready.context(), config, following)
            .run(plan.files(), ready.benchmarks());
    Conservation.checkListing(plan.files(), clean.units());
    counts.add(clean.counts());
    List<String> bad = clean.badFiles();
    if (!bad.isEmpty() && config.onBadFile() == EtlConfig.OnBadFile.STRICT) {
      throw new CorruptDataException(bad);
    }
    bad.forEach(console);
    return clean;
  }

  private Optional<DedupStatistics> duplicates(EtlContext context, CleanPhase.Cleaned clean) {
    if (!Deduplication.wanted(config.dedup())) {
      return Optional.empty();
    }
    spark.setJobGroup("retromae-etl-dedup", "exact and near duplicates", true);
    return Optional.of(new Deduplication(spark, context, config.dedup(), clean.receipts()).run());
  }

  private Withheld withhold(Preparation ready, CleanPhase.Cleaned clean) {
    spark.setJobGroup("retromae-etl-withhold", "frequent lines, common n-grams", true);
    boolean dropLists = Deduplication.wanted(config.dedup());
    return new WithheldTexts(spark, ready.context(), clean.receipts(), dropLists)
        .find(config, ready.heldOut(), ready.benchmarks().index().tasks());
  }

  private List<ShardEntry> shuffle(EtlContext context, EtlPlan plan, PackPhase.Packed packed) {
    List<ShardEntry> parts = packed.samples();
    ShardPlan shards =
        ShardPlan.of(parts, config.samplesPerShard(), plan.vocabulary().fingerprint());
    return new Shuffle(spark, context).run(parts.size(), PackPhase::samples, shards, config.seed());
  }

  /** The report of a job that ends without a corpus. */
  private EtlReport endedEarly(
      ReportMaker reports, CleanPhase.Cleaned clean, List<PackTask.Receipt> packed) {
    return reports.make(
        counts.counts(),
        clean.receipts(),
        Optional.empty(),
        packed,
        List.of(),
        List.copyOf(phases));
  }
}
