package io.retromae.finetune.pairs.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.plan.EtlUnits;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.work.UnitDivision;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.spark.SparkSurroundings;
import io.retromae.spark.TaskFailures;
import io.retromae.spark.WorkFolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Corpora to pairs: make the pairs of each unit, find equal ones and too frequent queries, have the
 * rest judged by a third model, join each data set to a file, commit. Every finished unit leaves a
 * receipt, so that the job resumes after a kill; the manifest is the commit. The result depends on
 * inputs and settings alone.
 */
public final class PairsJob {
  private final JavaSparkContext spark;
  private final PairsPlan plan;
  private final PairsConfig config;
  private final PairsCommit commit;
  private final Consumer<String> console;
  private final Consumer<String> progress;

  /**
   * A job.
   *
   * @param plan made, and refused what it had to, before Spark started
   * @param console takes its story, line by line
   * @param progress takes a line every second that says how far the work is
   */
  public PairsJob(
      JavaSparkContext spark, PairsPlan plan, Consumer<String> console, Consumer<String> progress) {
    this.spark = spark;
    this.plan = plan;
    this.config = plan.config();
    this.commit = new PairsCommit(SparkSurroundings.storage(spark), plan);
    this.console = console;
    this.progress = progress;
  }

  /** Whether a run has finished in a folder. */
  public static boolean isDone(Storage storage, String output) {
    return PairsManifest.exists(storage, output);
  }

  /**
   * What {@link #run} would find in its output folder; changes nothing.
   *
   * @throws ConfigException if it would be refused
   */
  public static OutputFolder.Found check(Storage storage, PairsPlan plan, OutputMode mode) {
    return new PairsCommit(storage, plan).check(mode);
  }

  /**
   * Runs to the commit; pairs that are finished already are only reported.
   *
   * @param mode how to treat an output folder that holds earlier work
   * @throws CorruptDataException if the inputs are not what the settings say, or give no pair
   */
  public PairsReport run(OutputMode mode) {
    PairsProgress following = PairsProgress.follow(spark, progress);
    try {
      return runToCommit(mode);
    } catch (Exception e) { // Spark throws checked exceptions undeclared
      throw TaskFailures.meaningOf(e);
    } finally {
      following.close();
    }
  }

  private PairsReport runToCommit(OutputMode mode) {
    commit.claim(mode);
    if (commit.isDone()) {
      PairsReport report = commit.finishedBefore();
      console.accept(config.output() + ": finished already by the same configuration");
      return report;
    }
    plan.describe().forEach(console);
    PairsContext context =
        plan.context().reaching(SparkSurroundings.storage(spark)); // as executors reach it
    Made made = make(context);
    refuseBad(made);
    List<PairSet> sets = sets(made.receipts());
    PairDuplicates.find(spark, context.folder(), made.receipts(), config.maxPairsPerQuery());
    List<JudgeTask.Receipt> judged = judge(context, made.receipts());
    PairsReport report = PairsReport.of(made.receipts(), judged, "");
    report.check(made.receipts(), judged);
    if (report.counts().pairsOf(PairCounts.WRITTEN) == 0) {
      throw refusal(List.of(nothingLeft(report)), made, judged);
    }
    List<PairsManifest.DataSet> written = join(context.folder(), sets, judged);
    commit.publish(report, made.receipts(), written, spark.version());
    report.funnel().forEach(console);
    return report;
  }

  /**
   * What the first pass left.
   *
   * @param units in the order of the inputs
   * @param receipts of the units, in the same order
   */
  private record Made(List<EtlUnit> units, List<MakeTask.Receipt> receipts) {}

  /**
   * Makes the pairs of all files. Where a reader found that a file was divided in a wrong place,
   * its units are changed and done again.
   */
  private Made make(PairsContext context) {
    List<EtlUnit> units =
        UnitDivision.divide(
            spark, context.folder(), config.reader(), plan.files(), PairsProgress.GROUP);
    Broadcast<MakeTask.KeptOut> keptOut = spark.broadcast(plan.keptOut());
    Made made = make(context, units, keptOut);
    List<List<String>> errors = made.receipts().stream().map(MakeTask.Receipt::error).toList();
    List<EtlUnit> mended = EtlUnits.mended(units, errors);
    return mended.equals(units) ? made : make(context, mended, keptOut);
  }

  private Made make(
      PairsContext context, List<EtlUnit> units, Broadcast<MakeTask.KeptOut> keptOut) {
    List<EtlUnit> bySize = new ArrayList<>(units);
    bySize.sort(
        Comparator.comparingLong(EtlUnit::bytes).reversed()); // the longest task begins first
    spark.setJobGroup(
        PairsProgress.GROUP + "-make", "make pairs of %d units".formatted(units.size()), true);
    spark
        .parallelize(bySize, Math.max(1, bySize.size()))
        .foreach(unit -> MakeTask.run(context, unit, keptOut.value()));
    List<MakeTask.Receipt> receipts = new ArrayList<>();
    for (EtlUnit unit : units) {
      receipts.add(
          context
              .folder()
              .receipts()
              .read(MakeTask.receiptName(unit), MakeTask.Receipt.class)
              .orElseThrow());
    }
    return new Made(units, receipts);
  }

  /** Ends the job if files or records are not what the settings say. */
  private void refuseBad(Made made) {
    List<String> bad =
        made.receipts().stream()
            .map(MakeTask.Receipt::error)
            .filter(error -> !error.isEmpty())
            .map(error -> error.get(1))
            .toList();
    if (!bad.isEmpty() && config.onBadFile() == EtlConfig.OnBadFile.STRICT) {
      throw new CorruptDataException(bad);
    }
    bad.forEach(console);
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i < config.inputs().size(); i++) {
      long records = 0;
      Map<String, Long> quarantined = new TreeMap<>();
      for (EtlUnit unit : made.units()) {
        if (unit.file().inputNumber() == i) {
          MakeTask.Receipt receipt = made.receipts().get(unit.number());
          records += receipt.records();
          receipt.quarantined().forEach((reason, n) -> quarantined.merge(reason, n, Long::sum));
        }
      }
      long aside = quarantined.values().stream().mapToLong(Long::longValue).sum();
      if (config.limits().refuses(aside, records)) {
        InputSettings input = config.inputs().get(i);
        refusals.add(
            "inputs[%d] %s: %,d of %,d records quarantined, more than limits.max_quarantined_share = %s: %s"
                .formatted(
                    i,
                    input.path(),
                    aside,
                    records,
                    config.limits().maxQuarantinedShare(),
                    quarantined));
      }
    }
    if (!refusals.isEmpty()) {
      throw refusal(refusals, made, List.of());
    }
  }

  private CorruptDataException refusal(
      List<String> reasons, Made made, List<JudgeTask.Receipt> judged) {
    return commit.refusal(
        reasons, PairsReport.of(made.receipts(), judged, String.join("\n", reasons)));
  }

  private static String nothingLeft(PairsReport report) {
    Map<String, Long> reasons = new TreeMap<>(PairCounts.sums(report.counts().documents()));
    PairCounts.sums(report.counts().pairs()).forEach((what, n) -> reasons.put("pairs " + what, n));
    return "no pair is left of %,d records: %s".formatted(report.records(), reasons);
  }

  private List<JudgeTask.Receipt> judge(PairsContext context, List<MakeTask.Receipt> made) {
    List<Integer> units = IntStream.range(0, made.size()).boxed().toList();
    List<String> files = made.stream().map(MakeTask.Receipt::candidates).toList();
    spark.setJobGroup(
        PairsProgress.GROUP + "-judge", "judge pairs of %d units".formatted(units.size()), true);
    spark
        .parallelize(units, Math.max(1, units.size()))
        .foreach(unit -> JudgeTask.run(context, unit, files.get(unit)));
    List<JudgeTask.Receipt> receipts = new ArrayList<>();
    for (int unit : units) {
      receipts.add(
          context
              .folder()
              .receipts()
              .read(JudgeTask.receiptName(unit), JudgeTask.Receipt.class)
              .orElseThrow());
    }
    return receipts;
  }

  /** The data sets; two sources have none together. */
  private static List<PairSet> sets(List<MakeTask.Receipt> made) {
    Map<String, PairSet> sets = new TreeMap<>();
    for (MakeTask.Receipt receipt : made) {
      for (PairSet set : receipt.sets()) {
        PairSet other = sets.putIfAbsent(set.name(), set);
        if (other != null && !other.equals(set)) {
          throw new ConfigException(
              "rules: the data set %s would hold pairs of %s and of %s; give one of them another name"
                  .formatted(set.name(), other.source(), set.source()));
        }
      }
    }
    return List.copyOf(sets.values());
  }

  /** One file a data set, its pairs in the order of the inputs. */
  private List<PairsManifest.DataSet> join(
      WorkFolder folder, List<PairSet> sets, List<JudgeTask.Receipt> judged) {
    List<JoinTask.Work> work = new ArrayList<>();
    for (PairSet set : sets) {
      List<String> parts = new ArrayList<>();
      long pairs = 0;
      for (JudgeTask.Receipt receipt : judged) {
        if (receipt.parts().containsKey(set.name())) {
          parts.add(receipt.parts().get(set.name()));
          pairs += receipt.counts().pairs().get(set.name()).getOrDefault(PairCounts.WRITTEN, 0L);
        }
      }
      if (pairs > 0) {
        work.add(new JoinTask.Work(set, pairs, parts));
      }
    }
    spark.setJobGroup(
        PairsProgress.GROUP + "-join", "write %d data sets".formatted(work.size()), true);
    List<PairsManifest.DataSet> written =
        new ArrayList<>(
            spark
                .parallelize(work, Math.max(1, work.size()))
                .map(w -> JoinTask.run(folder, w))
                .collect());
    written.sort(Comparator.comparing(PairsManifest.DataSet::name));
    return written;
  }
}
