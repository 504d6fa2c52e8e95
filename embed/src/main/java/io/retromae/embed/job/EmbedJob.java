package io.retromae.embed.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.source.InputUnit;
import io.retromae.spark.SparkSurroundings;
import io.retromae.spark.TaskFailures;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Texts to vectors: read every unit once, embed each, commit. Which records are bad is known before
 * anything is computed; every finished unit leaves a receipt, so that the job resumes after a kill;
 * the manifest is the commit.
 */
public final class EmbedJob {
  private final JavaSparkContext spark;
  private final Resolved<EmbedConfig> resolved;
  private final EmbedConfig config;
  private final Storage storage;
  private final Consumer<String> console;
  private final Consumer<String> progress;

  /**
   * A job.
   *
   * @param console takes its story, line by line
   * @param progress takes a line every second that says how far the work is
   */
  public EmbedJob(
      JavaSparkContext spark,
      Resolved<EmbedConfig> resolved,
      Consumer<String> console,
      Consumer<String> progress) {
    this.spark = spark;
    this.resolved = resolved;
    this.config = resolved.value();
    this.storage = SparkSurroundings.storage(spark);
    this.console = console;
    this.progress = progress;
  }

  /**
   * What {@link #run} would find in its output folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<EmbedConfig> resolved, EmbedPlan plan, OutputMode mode) {
    return new EmbedCommit(storage, resolved, plan).check(mode);
  }

  /**
   * Runs to the commit; vectors that are finished already are only reported.
   *
   * @param mode how to treat an output folder that holds earlier work
   * @param plan made, and refused what it had to, before Spark started
   * @throws CorruptDataException if the inputs are not what the settings say
   */
  public EmbedReport run(OutputMode mode, EmbedPlan plan) {
    try (EmbedProgress following = EmbedProgress.follow(spark, progress)) {
      return runToCommit(new EmbedCommit(storage, resolved, plan), mode, plan, following);
    } catch (Exception e) { // Spark throws checked exceptions undeclared
      throw TaskFailures.meaningOf(e);
    }
  }

  private EmbedReport runToCommit(
      EmbedCommit commit, OutputMode mode, EmbedPlan plan, EmbedProgress following) {
    commit.claim(mode);
    if (commit.isDone()) {
      EmbedReport report = commit.finishedBefore();
      console.accept(config.output() + ": finished already by the same configuration");
      return report;
    }
    plan.describe().forEach(console);
    EmbedContext context = plan.context(storage, config);
    Scanned scanned = scan(context, plan.units());
    console.accept(
        "records  %,d to embed, %,d null, %,d bad"
            .formatted(scanned.rows() - scanned.absent(), scanned.absent(), scanned.badRecords()));
    ReportMaker reports = new ReportMaker(scanned);
    List<String> refusals = scanned.refusals(config);
    if (!refusals.isEmpty()) {
      throw commit.refusal(refusals, reports.refused(String.join("\n", refusals)));
    }
    DuplicateIds duplicates =
        DuplicateIds.find(spark, context, scanned.units(), scanned.receipts());
    following.expect(scanned.rows());
    long start = System.nanoTime();
    List<Embedded> embedded = encode(context, scanned);
    double seconds = (System.nanoTime() - start) / 1e9;
    EmbedReport report = reports.finished(duplicates, embedded, seconds);
    commit.publish(report, embedded.stream().map(Embedded::receipt).toList(), spark.version());
    report.summary().forEach(console);
    return report;
  }

  private Scanned scan(EmbedContext context, List<InputUnit> units) {
    if (units.isEmpty()) { // Parquet files without a row group
      return Scanned.of(units, List.of());
    }
    spark.setJobGroup("retromae-embed-scan", "read " + units.size() + " units", true);
    List<ScanTask.Receipt> receipts =
        spark.parallelize(units, units.size()).map(unit -> ScanTask.run(context, unit)).collect();
    return Scanned.of(units, receipts);
  }

  /**
   * A unit that is done.
   *
   * @param number of the unit
   * @param earlier whether an earlier start has done it
   */
  record Embedded(int number, boolean earlier, EncodeTask.Receipt receipt)
      implements Serializable {}

  private List<Embedded> encode(EmbedContext context, Scanned scanned) {
    List<Tuple2<InputUnit, List<Long>>> work = new ArrayList<>();
    for (InputUnit unit : scanned.units()) {
      work.add(new Tuple2<>(unit, scanned.receipts().get(unit.number()).vectors()));
    }
    work.sort( // the longest task begins first
        Comparator.comparingLong((Tuple2<InputUnit, List<Long>> w) -> w._1().bytes()).reversed());
    spark.setJobGroup(EmbedProgress.ENCODE, "embed %,d texts".formatted(scanned.rows()), true);
    EmbedCounters counters = EmbedCounters.register(spark);
    List<Embedded> embedded =
        new ArrayList<>(
            spark
                .parallelize(work, work.size())
                .map(w -> EncodeTask.run(context, w._1(), w._2(), counters))
                .collect());
    embedded.sort(Comparator.comparingInt(Embedded::number));
    return embedded;
  }
}
