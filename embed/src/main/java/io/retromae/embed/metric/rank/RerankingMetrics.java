package io.retromae.embed.metric.rank;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.metric.AveragePrecision;
import io.retromae.embed.metric.QueryScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics of reranking. {@code map} is mteb 1's, with which C-MTEB's numbers were made: average
 * precision of scikit-learn, equal scores one step. {@code map_at_1000}, {@code mrr_at_10} and
 * {@code ndcg_at_10} are mteb 2's: candidates as a retrieval run, ids {@code apositive_...} and
 * {@code negative_...}, so that negatives win ties.
 *
 * @param perQuery a row for each query with both kinds of candidates
 * @param leftOut queries without positives or without negatives, which both versions leave out
 */
public record RerankingMetrics(QueryScores perQuery, List<String> leftOut) {
  private static final int[] CUTOFFS = {10, 1000};
  private static final List<String> OF_MTEB_2 = List.of("map_at_1000", "mrr_at_10", "ndcg_at_10");

  /**
   * The candidates of one query.
   *
   * @param positives scores of the relevant documents
   * @param negatives scores of the others
   */
  public record Candidates(double[] positives, double[] negatives) {}

  /**
   * Scores all queries.
   *
   * @throws CorruptDataException for a score that is NaN
   */
  public static RerankingMetrics of(Map<String, Candidates> queries) {
    List<String> leftOut = new ArrayList<>();
    List<Double> average = new ArrayList<>();
    Map<String, Map<String, Integer>> qrels = new LinkedHashMap<>();
    Map<String, Ranking> run = new LinkedHashMap<>();
    queries.forEach(
        (query, candidates) -> {
          if (candidates.positives().length == 0 || candidates.negatives().length == 0) {
            leftOut.add(query);
          } else {
            Map<String, Integer> relevant = new LinkedHashMap<>();
            for (int i = 0; i < candidates.positives().length; i++) {
              relevant.put(positive(i), 1);
            }
            qrels.put(query, relevant);
            run.put(query, ranking(candidates));
          }
        });
    QueryScores retrieval = RetrievalMetrics.of(new Qrels(qrels), run, CUTOFFS).perQuery();
    retrieval.queries().forEach(query -> average.add(averagePrecision(queries.get(query))));
    Map<String, double[]> columns = new LinkedHashMap<>();
    columns.put("map", average.stream().mapToDouble(Double::doubleValue).toArray());
    OF_MTEB_2.forEach(metric -> columns.put(metric, retrieval.values(metric)));
    return new RerankingMetrics(
        new QueryScores(retrieval.queries(), columns), List.copyOf(leftOut));
  }

  private static Ranking ranking(Candidates candidates) {
    int positives = candidates.positives().length;
    String[] ids = new String[positives + candidates.negatives().length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i < positives ? positive(i) : "negative_" + (i - positives);
    }
    return new Ranking(ids, scores(candidates));
  }

  private static String positive(int number) {
    return "apositive_" + number;
  }

  private static double averagePrecision(Candidates candidates) {
    double[] scores = scores(candidates);
    boolean[] relevant = new boolean[scores.length];
    Arrays.fill(relevant, 0, candidates.positives().length, true);
    return AveragePrecision.of(relevant, scores);
  }

  private static double[] scores(Candidates candidates) {
    int positives = candidates.positives().length;
    double[] scores =
        Arrays.copyOf(candidates.positives(), positives + candidates.negatives().length);
    System.arraycopy(candidates.negatives(), 0, scores, positives, candidates.negatives().length);
    return scores;
  }
}
