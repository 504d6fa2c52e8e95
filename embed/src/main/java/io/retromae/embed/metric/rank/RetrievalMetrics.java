package io.retromae.embed.metric.rank;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.metric.QueryScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of retrieval, equal to pytrec_eval-terrier 0.5 (trec_eval 9) and, for MRR, to mteb from
 * 2.20 on. Columns: {@code ndcg_at_k}, {@code map_at_k}, {@code recall_at_k}, {@code
 * precision_at_k}, {@code mrr_at_k}, {@code hit_rate_at_k} of each cutoff, {@code ndcg}, {@code
 * map} and {@code recip_rank} of whole rankings, and the counts {@code returned}, {@code relevant},
 * {@code relevant_returned}.
 *
 * @param perQuery a row for each query that is judged and in the run, in the order of the qrels
 * @param notInRun queries judged and not in the run: no row, and the means leave them out
 * @param notJudged queries in the run and not judged: no row
 */
public record RetrievalMetrics(
    QueryScores perQuery, List<String> notInRun, List<String> notJudged) {
  private static final int ALL = Integer.MAX_VALUE;

  /**
   * Scores a run. Queries without a relevant document score 0 as in pytrec_eval; mteb's tasks drop
   * them before: {@link Qrels#withRelevant}.
   *
   * @param cutoffs values of k, at least 1
   * @throws CorruptDataException for a document twice in a ranking or a score that is NaN
   */
  public static RetrievalMetrics of(Qrels qrels, Map<String, Ranking> run, int... cutoffs) {
    List<String> queries = new ArrayList<>();
    List<String> notInRun = new ArrayList<>();
    List<JudgedRanks> ranks = new ArrayList<>();
    DocumentTable table = new DocumentTable();
    for (Map.Entry<String, Map<String, Integer>> judged : qrels.grades().entrySet()) {
      String query = judged.getKey();
      Ranking ranking = run.get(query);
      if (ranking == null) {
        notInRun.add(query);
      } else {
        table.fill(query, ranking);
        queries.add(query);
        ranks.add(JudgedRanks.of(judged.getValue(), ranking, table));
      }
    }
    List<String> notJudged =
        run.keySet().stream().filter(query -> !qrels.grades().containsKey(query)).toList();
    return new RetrievalMetrics(
        new QueryScores(queries, columns(ranks, cutoffs)), List.copyOf(notInRun), notJudged);
  }

  /** Means with a 0 for every judged query that the run left out; not rounded. */
  public Map<String, Double> meansOverJudged() {
    double scored = perQuery.queries().size();
    double share = scored / (scored + notInRun.size());
    Map<String, Double> means = perQuery.means();
    means.replaceAll((metric, mean) -> mean * share);
    return means;
  }

  private static Map<String, double[]> columns(List<JudgedRanks> ranks, int[] cutoffs) {
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (int k : cutoffs) {
      if (k < 1) {
        throw new IllegalArgumentException("cutoff " + k + ": must be at least 1");
      }
      columns.put("ndcg_at_" + k, column(ranks, query -> query.ndcg(k)));
      columns.put("map_at_" + k, column(ranks, query -> query.averagePrecision(k)));
      columns.put("recall_at_" + k, column(ranks, query -> query.recall(k)));
      columns.put("precision_at_" + k, column(ranks, query -> query.precision(k)));
      columns.put("mrr_at_" + k, column(ranks, query -> query.reciprocalRankByDouble(k)));
      columns.put("hit_rate_at_" + k, column(ranks, query -> query.found(k) > 0 ? 1 : 0));
    }
    columns.put("ndcg", column(ranks, query -> query.ndcg(ALL)));
    columns.put("map", column(ranks, query -> query.averagePrecision(ALL)));
    columns.put("recip_rank", column(ranks, query -> query.reciprocalRank(ALL)));
    columns.put("returned", column(ranks, JudgedRanks::returned));
    columns.put("relevant", column(ranks, JudgedRanks::relevant));
    columns.put("relevant_returned", column(ranks, query -> query.found(ALL)));
    return columns;
  }

  private static double[] column(List<JudgedRanks> ranks, ToDoubleFunction<JudgedRanks> metric) {
    return ranks.stream().mapToDouble(metric).toArray();
  }
}
