package io.retromae.embed.probe;

import io.retromae.embed.metric.rank.Qrels;
import java.util.List;

/**
 * A retrieval task as it is tried, within the limits of the settings.
 *
 * @param name in figures
 * @param queryIds as judged
 * @param documentIds as judged
 * @param rows token ids without special tokens, cut: of all queries, then of all documents
 * @param qrels judgments of the queries
 * @param fingerprint of what was read
 */
record TriedTask(
    String name,
    List<String> queryIds,
    String[] documentIds,
    List<int[]> rows,
    Qrels qrels,
    String fingerprint) {

  int queries() {
    return queryIds.size();
  }

  int documents() {
    return documentIds.length;
  }
}
