package io.retromae.embed.metric.cluster;

import io.retromae.embed.metric.Means;
import io.retromae.embed.metric.random.PythonRandom;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The clustering tasks of mteb: vectors are put into as many clusters as there are labels, {@code
 * v_measure} compares. One seed of k-means moves it by 0.05, so its deviation belongs to it.
 *
 * @param vMeasures one for each clustering
 */
public record ClusteringMetrics(double[] vMeasures) {
  /** mteb's seed. */
  public static final int SEED = 42;

  /** The batch of mteb's tasks that cluster each set once, C-MTEB's among them. */
  public static final int BATCH_OF_SETS = 500;

  /** The batch of mteb 2's tasks that cluster samples. */
  public static final int BATCH_OF_SAMPLES = 512;

  /** The number of mteb 2's samples. */
  public static final int SAMPLES = 10;

  /** The number of rows in mteb 2's samples, at most. */
  public static final int SAMPLE_SIZE = 16_384;

  /** Clusters all vectors, once with each seed. */
  public static ClusteringMetrics ofSet(
      float[][] vectors, int[] labels, int batchSize, int... seeds) {
    return new ClusteringMetrics(
        Arrays.stream(seeds)
            .mapToDouble(
                seed -> VMeasure.of(labels, assign(vectors, labels, batchSize, seed)).vMeasure())
            .toArray());
  }

  /**
   * Clusters samples drawn with replacement, the same for every competitor.
   *
   * @param samples how many
   * @param size rows of each
   */
  public static ClusteringMetrics ofSamples(
      float[][] vectors, int[] labels, int samples, int size, int batchSize, int seed) {
    PythonRandom random = new PythonRandom(seed);
    int clusters = distinct(labels);
    double[] scores = new double[samples];
    for (int i = 0; i < samples; i++) {
      int[] rows = random.choices(vectors.length, size);
      float[][] drawn = Arrays.stream(rows).mapToObj(r -> vectors[r]).toArray(float[][]::new);
      int[] assigned = MiniBatchKMeans.assign(drawn, clusters, batchSize, seed);
      int[] truth = Arrays.stream(rows).map(r -> labels[r]).toArray();
      scores[i] = VMeasure.of(truth, assigned).vMeasure();
    }
    return new ClusteringMetrics(scores);
  }

  /** The cluster of each vector, shape [N]. */
  static int[] assign(float[][] vectors, int[] labels, int batchSize, int seed) {
    return MiniBatchKMeans.assign(vectors, distinct(labels), batchSize, seed);
  }

  private static int distinct(int[] labels) {
    return (int) IntStream.of(labels).distinct().count();
  }

  /** The mean over clusterings. */
  public double mean() {
    return Means.of(vMeasures);
  }

  /** The deviation over clusterings, divisor n. */
  public double deviation() {
    return Means.deviation(vMeasures);
  }
}
