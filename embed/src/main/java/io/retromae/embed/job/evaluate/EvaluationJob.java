package io.retromae.embed.job.evaluate;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.evaluate.ReportMaker;
import io.retromae.embed.evaluate.TaskScores;
import io.retromae.embed.job.EmbedProgress;
import io.retromae.embed.job.texts.SetEncoding;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.embed.task.Task;
import io.retromae.spark.SparkSurroundings;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The evaluation: texts of all tasks into parts, each competitor's vectors of them, scores task by
 * task, report. Vectors of an earlier start, killed or finished, are used again where texts, model
 * and settings are the same; the report is the commit.
 */
public final class EvaluationJob {
  private final JavaSparkContext spark;
  private final Resolved<EvaluationConfig> resolved;
  private final EvaluationPlan plan;
  private final Storage storage;
  private final EvaluationFolder folder;
  private final Consumer<String> console;
  private final Consumer<String> progress;

  /**
   * A job.
   *
   * @param plan made, and refused what it had to, before Spark started
   * @param console takes its story, line by line
   * @param progress takes a line every second that says how far the work is
   */
  public EvaluationJob(
      JavaSparkContext spark,
      Resolved<EvaluationConfig> resolved,
      EvaluationPlan plan,
      Consumer<String> console,
      Consumer<String> progress) {
    this.spark = spark;
    this.resolved = resolved;
    this.plan = plan;
    this.storage = SparkSurroundings.storage(spark);
    this.folder = new EvaluationFolder(storage, resolved.value().output());
    this.console = console;
    this.progress = progress;
  }

  /**
   * What {@link #run} would find in its output folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, EvaluationConfig config, OutputMode mode) {
    return new EvaluationFolder(storage, config.output()).check(mode);
  }

  /**
   * Runs to the report.
   *
   * @param mode how to treat an output folder that holds earlier work
   * @throws io.retromae.core.failure.CorruptDataException if recorded vectors or rankings do not
   *     fit the tasks
   */
  public EvaluationReport run(OutputMode mode) {
    try (EmbedProgress following = EmbedProgress.follow(spark, progress)) {
      folder.claim(resolved.yaml(), mode);
      plan.describeTasks().forEach(line -> console.accept("task     " + line));
      for (Task task : plan.tasks()) {
        TextStore.write(storage, folder.path(), task);
      }
      ReportMaker reports = new ReportMaker(plan);
      for (Competitor competitor : plan.competitors()) {
        evaluate(competitor, reports, following);
      }
      TextLookup texts = new TextLookup(spark, storage, folder.path());
      EvaluationReport report = reports.report(texts::filled, resolved.settings(), provenance());
      folder.write(report);
      return report;
    } catch (Exception e) { // Spark throws checked exceptions undeclared
      throw TaskFailures.meaningOf(e);
    }
  }

  private Map<String, String> provenance() {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("spark", spark.version());
    return provenance;
  }

  private void evaluate(Competitor competitor, ReportMaker reports, EmbedProgress following)
      throws IOException {
    console.accept("embed    %s: %s".formatted(competitor.name(), competitor.description()));
    if (competitor instanceof Competitor.Encoder encoder) {
      encoder.folder().defaults().saidAloud().forEach(line -> console.accept("         " + line));
      SetEncoding encoding = new SetEncoding(spark, storage, following);
      Encoding.run(encoding, folder.path(), encoder, plan.tasks());
    }
    CompetitorScores scores = new CompetitorScores(spark, storage, resolved.value(), folder.path());
    for (Task task : plan.tasks()) {
      Optional<TaskScores> scored = scores.of(competitor, task);
      if (scored.isEmpty()) {
        reports.leaveOut(competitor, task);
        continue;
      }
      TaskScores found = scored.get();
      Optional<String> perQuery =
          found.perQuery().map(rows -> folder.write(competitor.name(), task.name(), rows));
      reports.add(competitor, task, found, perQuery);
      console.accept(
          String.format(
              Locale.ROOT,
              "score    %s on %s: %s %.4f",
              competitor.name(),
              task.name(),
              found.main(),
              found.score()));
    }
  }
}
