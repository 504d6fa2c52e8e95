package io.retromae.embed.metric.cluster;

import io.retromae.embed.metric.random.NumpyRandom;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Mini-batch k-means (Sculley, WWW 2010) with the draws, the float32 arithmetic and the rules of
 * stopping of scikit-learn 1.9's {@code MiniBatchKMeans(n_clusters, batch_size, random_state)}. The
 * order of its sums depends on its BLAS, so assignments are equal unless a row lies within rounding
 * of two centres.
 */
final class MiniBatchKMeans {
  private static final int MOST_PASSES = 100;
  private static final int MOST_STEPS_WITHOUT_GAIN = 10;
  private static final float REASSIGNMENT_RATIO = 0.01f;

  private final float[][] rows;
  private final int clusters;
  private final int batchSize;
  private final NumpyRandom random;

  private float[][] centers;
  private final float[] counts;
  private int sinceReassignment;
  private double average = Double.NaN;
  private double lowestAverage = Double.NaN;
  private int withoutGain;

  private MiniBatchKMeans(float[][] rows, int clusters, int batchSize, int seed) {
    this.rows = rows;
    this.clusters = clusters;
    this.batchSize = Math.min(batchSize, rows.length);
    random = new NumpyRandom(seed);
    counts = new float[clusters];
  }

  /**
   * Clusters rows.
   *
   * @param rows shape [N, D]
   * @param clusters from 1 to N
   * @return the cluster of each row, shape [N]
   */
  static int[] assign(float[][] rows, int clusters, int batchSize, int seed) {
    if (clusters < 1 || rows.length < clusters) {
      throw new IllegalArgumentException(
          "%d rows cannot make %d clusters".formatted(rows.length, clusters));
    }
    MiniBatchKMeans means = new MiniBatchKMeans(rows, clusters, batchSize, seed);
    means.begin();
    means.improve();
    return means.nearest(rows);
  }

  private void begin() {
    int size = 3 * batchSize < clusters ? 3 * clusters : 3 * batchSize;
    size = Math.min(size, rows.length);
    random.nextInts(rows.length, size); // rows to choose among several first centres by: not needed
    float[][] some = size < rows.length ? pick(random.nextInts(rows.length, size)) : rows;
    int[] chosen = KMeansPlusPlus.choose(some, clusters, random);
    centers = Arrays.stream(chosen).mapToObj(i -> some[i].clone()).toArray(float[][]::new);
  }

  private void improve() {
    UniformChoice choice = UniformChoice.of(rows.length);
    long steps = (long) MOST_PASSES * rows.length / batchSize;
    for (long step = 0; step < steps; step++) {
      float[][] batch = pick(choice.draw(random, batchSize));
      boolean reassign = isReassignmentDue();
      int[] labels = nearest(batch);
      double inertia = inertia(batch, labels);
      update(batch, labels);
      if (reassign) {
        reassign(batch);
      }
      if (step > 0 && hasConverged(inertia / batchSize)) {
        break;
      }
    }
  }

  private float[][] pick(int[] indices) {
    return Arrays.stream(indices).mapToObj(i -> rows[i]).toArray(float[][]::new);
  }

  private boolean isReassignmentDue() {
    sinceReassignment += batchSize;
    boolean empty = IntStream.range(0, clusters).anyMatch(k -> counts[k] == 0);
    if (empty || sinceReassignment >= 10 * clusters) {
      sinceReassignment = 0;
      return true;
    }
    return false;
  }

  /** The centre of each row, the first of equal ones: the least |c|^2 - 2 x c. */
  private int[] nearest(float[][] some) {
    float[] squares = new float[clusters];
    for (int k = 0; k < clusters; k++) {
      squares[k] = dot(centers[k], centers[k]);
    }
    return Arrays.stream(some)
        .mapToInt(
            row -> {
              int best = 0;
              float least = Float.POSITIVE_INFINITY;
              for (int k = 0; k < clusters; k++) {
                float distance = squares[k] - 2 * dot(row, centers[k]);
                if (distance < least) {
                  least = distance;
                  best = k;
                }
              }
              return best;
            })
        .toArray();
  }

  private static float dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return (float) sum;
  }

  private double inertia(float[][] batch, int[] labels) {
    float inertia = 0;
    for (int i = 0; i < batch.length; i++) {
      float square = 0;
      for (int d = 0; d < batch[i].length; d++) {
        float difference = batch[i][d] - centers[labels[i]][d];
        square += difference * difference;
      }
      inertia += square;
    }
    return inertia;
  }

  /** Each centre becomes the mean of all rows it was ever given. */
  private void update(float[][] batch, int[] labels) {
    float[][] next = new float[clusters][];
    float[] added = new float[clusters];
    for (int k = 0; k < clusters; k++) {
      next[k] = centers[k].clone();
    }
    for (int i = 0; i < batch.length; i++) {
      int k = labels[i];
      for (int d = 0; d < next[k].length; d++) {
        float before = added[k] == 0 ? next[k][d] * counts[k] : next[k][d];
        next[k][d] = before + batch[i][d];
      }
      added[k]++;
    }
    for (int k = 0; k < clusters; k++) {
      if (added[k] > 0) {
        counts[k] += added[k];
        float share = 1 / counts[k];
        for (int d = 0; d < next[k].length; d++) {
          next[k][d] *= share;
        }
      }
    }
    centers = next;
  }

  /** Centres with very few rows move to rows of the batch, at most half as many as it has. */
  private void reassign(float[][] batch) {
    float limit = REASSIGNMENT_RATIO * highest(counts);
    int[] few = IntStream.range(0, clusters).filter(k -> counts[k] < limit).toArray();
    int most = batch.length / 2;
    if (few.length > 0.5 * batch.length) {
      few =
          IntStream.range(0, clusters)
              .boxed()
              .sorted((a, b) -> Float.compare(counts[a], counts[b]))
              .limit(most)
              .mapToInt(Integer::intValue)
              .filter(k -> counts[k] < limit)
              .sorted()
              .toArray();
    }
    if (few.length == 0) {
      return;
    }
    int[] chosen = random.permutation(batch.length);
    boolean[] moved = new boolean[clusters];
    for (int i = 0; i < few.length; i++) {
      centers[few[i]] = batch[chosen[i]].clone();
      moved[few[i]] = true;
    }
    float least = Float.POSITIVE_INFINITY;
    for (int k = 0; k < clusters; k++) {
      least = moved[k] ? least : Math.min(least, counts[k]);
    }
    for (int k : few) {
      counts[k] = least;
    }
  }

  private static float highest(float[] values) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      highest = Math.max(highest, value);
    }
    return highest;
  }

  /** No gain for some steps in the exponentially weighted mean of distances. */
  private boolean hasConverged(double inertia) {
    double weight = Math.min(1, batchSize * 2.0 / (rows.length + 1));
    average = Double.isNaN(average) ? inertia : average * (1 - weight) + inertia * weight;
    if (Double.isNaN(lowestAverage) || average < lowestAverage) {
      lowestAverage = average;
      withoutGain = 0;
    } else {
      withoutGain++;
    }
    return withoutGain >= MOST_STEPS_WITHOUT_GAIN;
  }
}
