package io.retromae.embed.metric.pair;

import java.util.Locale;

/** How alike two vectors are, more is more alike; computed in float64 from float32 components. */
public enum Similarity {
  /**
   * 1 - |a/|a| - b/|b||^2 / 2, as scikit-learn computes it. A zero vector stays zero when
   * normalised, so against another it scores 0.5, not 0.
   */
  COSINE {
    @Override
    public double of(float[] a, float[] b) {
      double left = norm(a);
      double right = norm(b);
      double squares = 0;
      for (int i = 0; i < a.length; i++) {
        double difference = a[i] / left - b[i] / right;
        squares += difference * difference;
      }
      return 1 - squares / 2;
    }
  },

  /** The negative sum of absolute differences. */
  MANHATTAN {
    @Override
    public double of(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += Math.abs((double) a[i] - b[i]);
      }
      return -sum;
    }
  },

  /** The negative distance. */
  EUCLIDEAN {
    @Override
    public double of(float[] a, float[] b) {
      double squares = 0;
      for (int i = 0; i < a.length; i++) {
        double difference = (double) a[i] - b[i];
        squares += difference * difference;
      }
      return -Math.sqrt(squares);
    }
  },

  /** The inner product. */
  DOT {
    @Override
    public double of(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (double) a[i] * b[i];
      }
      return sum;
    }
  };

  /**
   * Of two vectors.
   *
   * @param a shape [D]
   * @param b shape [D]
   */
  public abstract double of(float[] a, float[] b);

  /**
   * Of rows of two arrays, each with its counterpart.
   *
   * @param a shape [N, D]
   * @param b shape [N, D]
   * @return shape [N]
   */
  public double[] ofPairs(float[][] a, float[][] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException("%d vectors against %d".formatted(a.length, b.length));
    }
    double[] scores = new double[a.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = of(a[i], b[i]);
    }
    return scores;
  }

  /** The name of the measure in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The length of a vector, 1 for the zero vector, which is then divided by it. */
  private static double norm(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return squares == 0 ? 1 : Math.sqrt(squares);
  }
}
