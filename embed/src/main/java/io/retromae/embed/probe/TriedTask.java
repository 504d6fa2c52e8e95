package io.retromae.embed.probe;

import io.retromae.embed.metric.rank.Qrels;
import java.util.List;

/**
 * A retrieval task as it is tried, within the limits of the settings.
 *
 * @param name in figures; empty text: they are called by their metrics alone
 * @param queryIds as judged
 * @param documentIds as judged
 * @param rows token ids without special tokens, cut: of all queries, then of all documents
 * @param qrels judgments of the queries
 * @param metrics that are reported, of {@code RetrievalMetrics}' at 10 and 100
 * @param fingerprint of what was read
 */
public record TriedTask(
    String name,
    List<String> queryIds,
    String[] documentIds,
    List<int[]> rows,
    Qrels qrels,
    List<String> metrics,
    String fingerprint) {
  /** What is reported of a task of its own. */
  static final List<String> METRICS = List.of("mrr_at_10", "ndcg_at_10", "recall_at_100");

  /** What a metric of it is called. */
  String figure(String metric) {
    return name.isEmpty() ? metric : name + "_" + metric;
  }

  int queries() {
    return queryIds.size();
  }

  int documents() {
    return documentIds.length;
  }
}
