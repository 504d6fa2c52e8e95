package io.retromae.training.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of a step beside its losses: each the quotient of two sums over all logical shards. */
final class Gauges {
  private Gauges() {}

  /**
   * The step's figures by name, in order; what there was nothing to measure for is left out.
   *
   * @param names of the objective's gauges
   * @param shards of each logical shard, as {@link StepSums#gauges} has them, in the shards' order
   */
  static Map<String, Double> of(List<String> names, List<double[]> shards) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      double sum = 0;
      double divisor = 0;
      for (double[] shard : shards) {
        sum += shard[2 * i];
        divisor += shard[2 * i + 1];
      }
      if (divisor != 0) {
        figures.put(names.get(i), sum / divisor);
      }
    }
    return figures;
  }
}
