package io.retromae.embed.metric.cluster;

import io.retromae.embed.metric.random.NumpyRandom;

/**
 * First centres by greedy k-means++ (Arthur, Vassilvitskii, SODA 2007; several trials a centre, the
 * best kept), with scikit-learn 1.9's draws: distances in float64 rounded to float32, their running
 * sums in float32.
 */
final class KMeansPlusPlus {
  private final float[][] rows;
  private final double[] squares;

  private KMeansPlusPlus(float[][] rows) {
    this.rows = rows;
    squares = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      squares[i] = dot(rows[i], rows[i]);
    }
  }

  /**
   * Chooses rows as centres.
   *
   * @param rows shape [N, D], N at least {@code count}
   * @return row numbers, shape [count]
   */
  static int[] choose(float[][] rows, int count, NumpyRandom random) {
    return new KMeansPlusPlus(rows).choose(count, random);
  }

  private int[] choose(int count, NumpyRandom random) {
    int trials = 2 + (int) Math.log(count);
    int[] centers = new int[count];
    centers[0] = UniformChoice.of(rows.length).draw(random);
    float[] closest = distances(centers[0]);
    float potential = sum(closest);
    for (int c = 1; c < count; c++) {
      int[] candidates = candidates(closest, potential, trials, random);
      float[] best = null;
      for (int candidate : candidates) {
        float[] distances = closer(closest, distances(candidate));
        float sum = sum(distances);
        if (best == null || sum < potential) {
          best = distances;
          potential = sum;
          centers[c] = candidate;
        }
      }
      closest = best;
    }
    return centers;
  }

  /** Draws rows in proportion to their distances. */
  private static int[] candidates(
      float[] closest, float potential, int trials, NumpyRandom random) {
    float[] running = new float[closest.length];
    float sum = 0;
    for (int i = 0; i < closest.length; i++) {
      sum += closest[i];
      running[i] = sum;
    }
    int[] candidates = new int[trials];
    for (int t = 0; t < trials; t++) {
      candidates[t] = firstAtLeast(running, random.nextDouble() * potential);
    }
    return candidates;
  }

  private static int firstAtLeast(float[] running, double value) {
    int low = 0;
    int high = running.length - 1; // beyond the last by rounding: the last
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (running[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private float[] distances(int center) {
    float[] distances = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double square = -2 * dot(rows[center], rows[i]) + squares[center] + squares[i];
      distances[i] = Math.max(0, (float) square);
    }
    return distances;
  }

  private static float[] closer(float[] closest, float[] distances) {
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.min(closest[i], distances[i]);
    }
    return distances;
  }

  private static float sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return (float) sum;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
