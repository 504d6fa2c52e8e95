package io.retromae.embed.evaluate;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.metric.AveragePrecision;
import io.retromae.embed.metric.Means;
import io.retromae.embed.metric.PairedBootstrap;
import io.retromae.embed.metric.QueryScores;
import io.retromae.embed.metric.ScoreOrder;
import io.retromae.embed.metric.classify.ClassificationMetrics;
import io.retromae.embed.metric.cluster.ClusteringMetrics;
import io.retromae.embed.metric.pair.Correlation;
import io.retromae.embed.metric.pair.PairClassificationMetrics;
import io.retromae.embed.metric.pair.Similarity;
import io.retromae.embed.metric.pair.StsMetrics;
import io.retromae.embed.metric.rank.Qrels;
import io.retromae.embed.metric.rank.Ranking;
import io.retromae.embed.metric.rank.RerankingMetrics;
import io.retromae.embed.metric.rank.RetrievalMetrics;
import io.retromae.embed.task.Judgments;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Scores vectors and rankings on a task. */
public final class Scoring {
  private final EvaluationConfig config;
  private final Task task;
  private final String main;

  /**
   * Of one task.
   *
   * @throws io.retromae.core.failure.ConfigException if its main metric is not known
   */
  public Scoring(EvaluationConfig config, Task task) {
    this.config = config;
    this.task = task;
    this.main = MainMetric.of(task, config.cutoffs());
  }

  /**
   * Scores rankings on a retrieval task.
   *
   * @param run by query; a query without a ranking has no score, and the means leave it out
   */
  public TaskScores ofRun(Map<String, Ranking> run) {
    Judgments.Retrieval judged = (Judgments.Retrieval) task.judgments();
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    judged.queries().forEach(query -> grades.put(query, judged.grades().get(query)));
    int[] cutoffs = config.cutoffs().stream().mapToInt(Integer::intValue).toArray();
    RetrievalMetrics found = RetrievalMetrics.of(new Qrels(grades), run, cutoffs);
    Map<String, Long> counts = new TreeMap<>();
    if (!found.notInRun().isEmpty()) {
      counts.put("judged_queries_not_in_the_run", (long) found.notInRun().size());
    }
    if (!found.notJudged().isEmpty()) {
      counts.put("queries_of_the_run_not_judged", (long) found.notJudged().size());
    }
    Map<String, Double> metrics = found.perQuery().means();
    if (!found.notInRun().isEmpty()) {
      found
          .meansOverJudged()
          .forEach((metric, mean) -> metrics.put(metric + "_over_all_judged", mean));
    }
    Function<String, WorstQueries.Answer> answers =
        query -> WorstQueries.Answer.of(grades.get(query), run.get(query));
    return ofQueries(metrics, found.perQuery(), counts, answers);
  }

  private TaskScores ofQueries(
      Map<String, Double> metrics,
      QueryScores perQuery,
      Map<String, Long> counts,
      Function<String, WorstQueries.Answer> answers) {
    return new TaskScores(
        metrics,
        main,
        Optional.of(perQuery),
        new Sampled.Means(perQuery.values(main), config.seed()),
        Optional.empty(),
        counts,
        WorstQueries.of(perQuery, main, config.worstQueries(), answers));
  }

  /** Scores vectors on a task of any other kind. */
  public TaskScores ofVectors(TaskVectors vectors) {
    if (task.judgments() instanceof Judgments.Reranking judged) {
      return reranking(judged, vectors);
    }
    float[][] texts = vectors.of(TextSet.TEXTS);
    if (task.judgments() instanceof Judgments.Similarity judged) {
      return similarity(
          chosen(texts, judged.left()), chosen(texts, judged.right()), judged.scores());
    }
    if (task.judgments() instanceof Judgments.Pairs judged) {
      return pairs(chosen(texts, judged.left()), chosen(texts, judged.right()), judged.same());
    }
    if (task.judgments() instanceof Judgments.Classification judged) {
      return classification(texts, judged);
    }
    if (task.judgments() instanceof Judgments.Clustering judged) {
      return clustering(texts, judged);
    }
    throw new IllegalArgumentException(task.name() + " is scored by rankings");
  }

  private static float[][] chosen(float[][] vectors, int[] numbers) {
    return Arrays.stream(numbers).mapToObj(n -> vectors[n]).toArray(float[][]::new);
  }

  private TaskScores reranking(Judgments.Reranking judged, TaskVectors vectors) {
    float[][] queries = vectors.of(TextSet.QUERIES);
    float[][] documents = vectors.of(TextSet.CORPUS);
    if (queries[0].length != documents[0].length) {
      throw new CorruptDataException(
          "task '%s': queries have vectors of %d values, documents of %d; both must be made by one encoder"
              .formatted(task.name(), queries[0].length, documents[0].length));
    }
    Map<String, RerankingMetrics.Candidates> candidates = new LinkedHashMap<>();
    Map<String, Judgments.Sample> samples = new LinkedHashMap<>();
    for (Judgments.Sample sample : judged.samples()) {
      String id = Integer.toString(samples.size());
      float[] query = queries[sample.query()];
      samples.put(id, sample);
      candidates.put(
          id,
          new RerankingMetrics.Candidates(
              scores(query, documents, sample.positives(), vectors.comparison()),
              scores(query, documents, sample.negatives(), vectors.comparison())));
    }
    QueryScores perQuery = RerankingMetrics.of(candidates).perQuery();
    return ofQueries(
        perQuery.means(),
        perQuery,
        Map.of(),
        id -> WorstQueries.Answer.of(samples.get(id), candidates.get(id)));
  }

  private static double[] scores(
      float[] query, float[][] documents, int[] numbers, CompetitorSettings.Comparison comparison) {
    double[] scores = new double[numbers.length];
    for (int i = 0; i < scores.length; i++) {
      float[] document = documents[numbers[i]];
      double product = Similarity.DOT.of(query, document);
      double lengths =
          Math.sqrt(Similarity.DOT.of(query, query))
              * Math.sqrt(Similarity.DOT.of(document, document));
      boolean cosine = comparison == CompetitorSettings.Comparison.COSINE;
      scores[i] = cosine && lengths > 0 ? product / lengths : product;
    }
    return scores;
  }

  private TaskScores similarity(float[][] left, float[][] right, double[] gold) {
    Similarity similarity = similarityOfMain();
    Correlation.Ranked ranked = Correlation.Ranked.of(gold, similarity.ofPairs(left, right));
    PairedBootstrap.Resampled score =
        main.endsWith("_pearson") ? ranked::pearson : ranked::spearman;
    Map<String, Double> metrics = StsMetrics.of(left, right, gold);
    long undefined = metrics.values().stream().filter(value -> value.isNaN()).count();
    return new TaskScores(
        metrics,
        main,
        Optional.empty(),
        new Sampled.Draws(PairedBootstrap.of(gold.length, score, config.seed())),
        Optional.empty(),
        undefined == 0 ? Map.of() : Map.of("undefined_metrics_of_constant_values", undefined),
        List.of());
  }

  private Similarity similarityOfMain() {
    return Arrays.stream(Similarity.values())
        .filter(one -> main.startsWith(one.label()))
        .findFirst()
        .orElseThrow();
  }

  private TaskScores pairs(float[][] left, float[][] right, boolean[] same) {
    List<ScoreOrder> orders =
        Arrays.stream(Similarity.values())
            .filter(one -> main.startsWith("max_") || main.startsWith(one.label()))
            .map(one -> ScoreOrder.descending(one.ofPairs(left, right)))
            .toList();
    String metric = main.substring(main.indexOf('_') + 1);
    PairedBootstrap.Resampled score =
        counts ->
            orders.stream()
                .mapToDouble(order -> pairMetric(metric, order, same, counts))
                .max()
                .orElseThrow();
    return new TaskScores(
        PairClassificationMetrics.of(left, right, same),
        main,
        Optional.empty(),
        new Sampled.Draws(PairedBootstrap.of(same.length, score, config.seed())),
        Optional.empty(),
        Map.of(),
        List.of());
  }

  private static double pairMetric(String metric, ScoreOrder order, boolean[] same, int[] counts) {
    if (metric.equals("ap")) {
      return AveragePrecision.of(same, order, counts);
    }
    PairClassificationMetrics all = PairClassificationMetrics.of(order, same, counts);
    return switch (metric) {
      case "accuracy" -> all.accuracy();
      case "f1" -> all.f1();
      case "precision" -> all.precision();
      case "recall" -> all.recall();
      default -> throw new IllegalStateException(metric);
    };
  }

  private TaskScores classification(float[][] texts, Judgments.Classification judged) {
    ClassificationMetrics scored =
        ClassificationMetrics.of(
            new ClassificationMetrics.Labelled(chosen(texts, judged.train()), judged.trainLabels()),
            new ClassificationMetrics.Labelled(chosen(texts, judged.test()), judged.testLabels()),
            task.settings().samplesPerLabel(),
            ClassificationMetrics.EXPERIMENTS,
            ClassificationMetrics.SEED);
    double[] main =
        scored.experiments().stream().mapToDouble(one -> one.scores().get(this.main)).toArray();
    return new TaskScores(
        scored.means(),
        this.main,
        Optional.empty(),
        this.main.equals("accuracy")
            ? new Sampled.Means(scored.rowAccuracy(), config.seed())
            : new Sampled.Nothing(),
        Optional.of(Means.deviation(main)),
        Map.of(),
        List.of());
  }

  /** Each set by itself; with several, they are what the bootstrap draws from. */
  private TaskScores clustering(float[][] texts, Judgments.Clustering judged) {
    int[] seeds =
        IntStream.range(0, config.clusteringSeeds()).map(i -> (int) config.seed() + i).toArray();
    double[] bySet = new double[judged.sets().size()];
    double[] bySeed = new double[seeds.length];
    for (int set = 0; set < bySet.length; set++) {
      Judgments.Labelled labelled = judged.sets().get(set);
      ClusteringMetrics scored =
          ClusteringMetrics.ofSet(
              chosen(texts, labelled.texts()),
              labelled.labels(),
              ClusteringMetrics.BATCH_OF_SETS,
              seeds);
      bySet[set] = scored.mean();
      for (int seed = 0; seed < seeds.length; seed++) {
        bySeed[seed] += scored.vMeasures()[seed] / bySet.length;
      }
    }
    return new TaskScores(
        Map.of("v_measure", Means.of(bySet)),
        main,
        Optional.empty(),
        bySet.length > 1 ? new Sampled.Means(bySet, config.seed()) : new Sampled.Nothing(),
        Optional.of(Means.deviation(bySeed)),
        Map.of(),
        List.of());
  }
}
