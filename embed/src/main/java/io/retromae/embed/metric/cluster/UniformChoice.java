package io.retromae.embed.metric.cluster;

import io.retromae.embed.metric.random.NumpyRandom;
import java.util.stream.IntStream;

/**
 * NumPy's {@code choice(n, p=...)} with equal float32 weights, as scikit-learn calls it: not the
 * same draws as without {@code p}, and not quite floor(n * u), as 1 / n is rounded.
 */
final class UniformChoice {
  private final double[] running;

  private UniformChoice(double[] running) {
    this.running = running;
  }

  static UniformChoice of(int count) {
    double[] running = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1f / count;
      running[i] = sum;
    }
    for (int i = 0; i < count; i++) {
      running[i] /= sum;
    }
    return new UniformChoice(running);
  }

  /** The number of running sums that are not above a uniform number. */
  int draw(NumpyRandom random) {
    double value = random.nextDouble();
    int low = 0;
    int high = running.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (running[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  int[] draw(NumpyRandom random, int count) {
    return IntStream.range(0, count).map(i -> draw(random)).toArray();
  }
}
