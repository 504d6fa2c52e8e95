package io.retromae.embed.job.evaluate;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.evaluate.CompetitorSettings;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.evaluate.Scoring;
import io.retromae.embed.evaluate.TaskScores;
import io.retromae.embed.evaluate.TaskVectors;
import io.retromae.embed.evaluate.TrecRun;
import io.retromae.embed.job.texts.SetVectors;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.embed.metric.rank.Ranking;
import io.retromae.embed.task.Judgments;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskKind;
import io.retromae.embed.task.TextSet;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Scores one competitor on one task after the other. */
final class CompetitorScores {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final EvaluationConfig config;
  private final String output;

  /**
   * On a cluster.
   *
   * @param output qualified folder of the job
   */
  CompetitorScores(
      JavaSparkContext spark, Storage storage, EvaluationConfig config, String output) {
    this.spark = spark;
    this.storage = storage;
    this.config = config;
    this.output = output;
  }

  /** The scores; empty where rankings cannot answer. */
  Optional<TaskScores> of(Competitor competitor, Task task) throws IOException {
    Scoring scoring = new Scoring(config, task);
    if (competitor instanceof Competitor.Ranked ranked) {
      return task.kind() == TaskKind.RETRIEVAL
          ? Optional.of(scoring.ofRun(recorded(ranked, task)))
          : Optional.empty();
    }
    if (task.kind() == TaskKind.RETRIEVAL) {
      Map<String, Ranking> run = found(competitor, task);
      if (config.trecRuns()) {
        TrecRun.write(
            storage,
            "%s/runs/%s/%s.trec".formatted(output, competitor.name(), task.name()),
            run,
            competitor.name());
      }
      return Optional.of(scoring.ofRun(run));
    }
    return Optional.of(scoring.ofVectors(vectors(competitor, task)));
  }

  private SetVectors set(Competitor competitor, Task task, TextSet set) {
    StoredTexts texts = TextStore.place(output, task.texts().get(set));
    return competitor instanceof Competitor.Encoder encoder
        ? SetVectors.open(storage, texts, Encoding.vectors(output, encoder, task, set).folder())
        : SetVectors.recorded(storage, texts, ((Competitor.Recorded) competitor).of(task, set));
  }

  private static CompetitorSettings.Comparison comparison(Competitor competitor) {
    return competitor instanceof Competitor.Encoder encoder
        ? encoder.comparison()
        : ((Competitor.Recorded) competitor).comparison();
  }

  private TaskVectors vectors(Competitor competitor, Task task) {
    return new TaskVectors() {
      @Override
      public float[][] of(TextSet set) {
        return set(competitor, task, set).rowsInOrder();
      }

      @Override
      public CompetitorSettings.Comparison comparison() {
        return CompetitorScores.comparison(competitor);
      }
    };
  }

  private Map<String, Ranking> recorded(Competitor.Ranked ranked, Task task) throws IOException {
    StoredTexts corpus = TextStore.place(output, task.texts().get(TextSet.CORPUS));
    Set<String> known = new HashSet<>();
    corpus.ids(storage, known::add);
    Map<String, Ranking> run = TrecRun.read(storage, ranked.of(task), known::contains);
    refuseStrangers(ranked.of(task), run, ((Judgments.Retrieval) task.judgments()).queries());
    return others(run, task);
  }

  /** Rankings of none of the judged queries are of another task, and no score. */
  private static void refuseStrangers(String path, Map<String, Ranking> run, List<String> judged) {
    if (judged.stream().noneMatch(run::containsKey)) {
      throw new CorruptDataException(
          "%s: %s; the task judges %,d others, such as '%s'"
              .formatted(
                  path,
                  run.isEmpty()
                      ? "holds no ranking"
                      : "none of its %,d queries is judged, such as '%s'"
                          .formatted(run.size(), run.keySet().iterator().next()),
                  judged.size(),
                  judged.get(0)));
    }
  }

  private Map<String, Ranking> found(Competitor competitor, Task task) {
    Map<String, Ranking> run =
        new CorpusSearch(spark, storage)
            .run(
                set(competitor, task, TextSet.QUERIES).inOrder(),
                set(competitor, task, TextSet.CORPUS),
                config.topK() + (task.settings().ignoreIdenticalIds() ? 1 : 0),
                comparison(competitor));
    Map<String, Ranking> best = others(run, task);
    best.replaceAll((query, ranking) -> ranking.best(config.topK()));
    return best;
  }

  /** Without the query itself where that is asked. */
  private static Map<String, Ranking> others(Map<String, Ranking> run, Task task) {
    Map<String, Ranking> kept = new LinkedHashMap<>(run);
    if (task.settings().ignoreIdenticalIds()) {
      kept.replaceAll((query, ranking) -> ranking.without(query));
    }
    return kept;
  }
}
