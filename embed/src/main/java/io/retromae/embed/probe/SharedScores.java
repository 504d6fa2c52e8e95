package io.retromae.embed.probe;

import io.retromae.embed.metric.rank.Qrels;
import io.retromae.embed.metric.rank.Ranking;
import io.retromae.embed.metric.rank.RetrievalMetrics;
import io.retromae.embed.vector.DotProduct;
import io.retromae.training.collective.Collective;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics of a task, computed by all ranks: query i belongs to rank i mod W, and the values of all
 * are added in the order of the queries. Every document is ranked for every query.
 */
final class SharedScores {
  private static final int[] CUTOFFS = {10, 100};
  private static final int QUERIES_PER_ROUND = 4_096;

  private final TriedTask task;
  private final List<String> metrics;
  private final float[][] vectors;
  private final Collective ranks;
  private final Runnable goesOn;

  /**
   * @param vectors [queries + documents][D], as the task's rows
   */
  SharedScores(TriedTask task, float[][] vectors, Collective ranks, Runnable goesOn) {
    this.task = task;
    this.metrics = task.metrics();
    this.vectors = vectors;
    this.ranks = ranks;
    this.goesOn = goesOn;
  }

  /** Means over queries by name; NaN where a vector is not finite. Every rank must call it. */
  Map<String, Double> means() {
    double[] sums = new double[metrics.size()];
    int world = ranks.worldSize();
    for (int from = 0; from < task.queries(); from += world * QUERIES_PER_ROUND) {
      int end = Math.min(task.queries(), from + world * QUERIES_PER_ROUND);
      List<double[]> own = new ArrayList<>();
      for (int query = from + ranks.rank(); query < end; query += world) {
        goesOn.run();
        own.add(values(query));
      }
      byte[][] all = ranks.allGather(toBytes(own));
      for (int query = from; query < end; query++) {
        ByteBuffer values = ByteBuffer.wrap(all[(query - from) % world]);
        values.position((query - from) / world * metrics.size() * Double.BYTES);
        for (int metric = 0; metric < sums.length; metric++) {
          sums[metric] += values.getDouble();
        }
      }
    }
    Map<String, Double> means = new LinkedHashMap<>();
    for (int metric = 0; metric < sums.length; metric++) {
      means.put(metrics.get(metric), sums[metric] / task.queries());
    }
    return means;
  }

  private byte[] toBytes(List<double[]> rows) {
    ByteBuffer out = ByteBuffer.allocate(rows.size() * metrics.size() * Double.BYTES);
    rows.forEach(
        row -> {
          for (double value : row) {
            out.putDouble(value);
          }
        });
    return out.array();
  }

  private double[] values(int query) {
    double[] scores = new double[task.documents()];
    boolean finite = true;
    for (int document = 0; document < scores.length; document++) {
      scores[document] = DotProduct.of(vectors[query], vectors[task.queries() + document]);
      finite &= Double.isFinite(scores[document]);
    }
    if (!finite) { // training says what is wrong; a figure is no reason to end it
      return metrics.stream().mapToDouble(metric -> Double.NaN).toArray();
    }
    String id = task.queryIds().get(query);
    Qrels judged = new Qrels(Map.of(id, task.qrels().grades().get(id)));
    Map<String, Ranking> run = Map.of(id, new Ranking(task.documentIds(), scores));
    Map<String, Double> means = RetrievalMetrics.of(judged, run, CUTOFFS).perQuery().means();
    return metrics.stream().mapToDouble(means::get).toArray();
  }
}
