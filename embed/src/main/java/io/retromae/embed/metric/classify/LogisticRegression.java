package io.retromae.embed.metric.classify;

import java.util.stream.IntStream;

/**
 * Logistic regression as scikit-learn's with its defaults: minimises the sum of losses + |W|^2 / 2,
 * intercepts free; two classes have one row of weights, more have one each and a softmax. Solved to
 * the optimum, where every solver predicts alike, by Newton's method; its systems by conjugate
 * gradients (as {@code newton-cg}; Nocedal, Wright 2006, algorithm 7.1).
 *
 * @param weights shape [classes, or 1 for two classes][D + 1], the intercept last
 */
record LogisticRegression(double[][] weights) {
  /** No component of the gradient is larger at the end; times the largest feature if over 1. */
  private static final double TOLERANCE = 1e-8;

  private static final int MOST_STEPS = 200;
  private static final int MOST_HALVINGS = 40;
  private static final double SUFFICIENT = 1e-4;

  /** Of the objective: what a step may seem to lose by rounding alone. */
  private static final double ROUNDING = 1e-12;

  /**
   * Fits rows.
   *
   * @param rows shape [N, D]
   * @param classes of the rows, in [0, count), shape [N]
   * @param count number of classes, at least 2
   */
  static LogisticRegression fit(float[][] rows, int[] classes, int count) {
    LogisticLoss loss = new LogisticLoss(rows, classes, count);
    double[][] weights = loss.zeros();
    double value = loss.at(weights);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[][] gradient = loss.gradient();
      if (largest(gradient) < TOLERANCE * Math.max(1, loss.largestFeature())) {
        break;
      }
      double[][] direction = direction(loss, gradient);
      double slope = dot(gradient, direction);
      double length = 1;
      double[][] next = moved(weights, direction, length);
      double nextValue = loss.at(next);
      double slack = ROUNDING * Math.abs(value);
      for (int i = 0; i < MOST_HALVINGS; i++) {
        if (nextValue <= value + SUFFICIENT * length * slope + slack) {
          break;
        }
        length /= 2;
        next = moved(weights, direction, length);
        nextValue = loss.at(next);
      }
      weights = next;
      value = nextValue;
    }
    return new LogisticRegression(weights);
  }

  /** The class of the highest score, the first of equal ones. */
  int predict(float[] row) {
    if (weights.length == 1) {
      return score(weights[0], row) > 0 ? 1 : 0;
    }
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < weights.length; k++) {
      double score = score(weights[k], row);
      if (score > highest) {
        highest = score;
        best = k;
      }
    }
    return best;
  }

  /** Predictions of many rows, each on its own. */
  int[] predict(float[][] rows) {
    return IntStream.range(0, rows.length).parallel().map(i -> predict(rows[i])).toArray();
  }

  private static double score(double[] weights, float[] row) {
    double score = weights[row.length];
    for (int i = 0; i < row.length; i++) {
      score += weights[i] * row[i];
    }
    return score;
  }

  /** An approximate solution of (Hessian) direction = -gradient, the better the nearer the end. */
  private static double[][] direction(LogisticLoss loss, double[][] gradient) {
    double norm = Math.sqrt(dot(gradient, gradient));
    double enough = Math.min(0.1, Math.sqrt(norm)) * norm;
    double[][] direction = loss.zeros();
    double[][] residual = moved(loss.zeros(), gradient, -1);
    double[][] conjugate = residual;
    double squares = dot(residual, residual);
    int parameters = gradient.length * gradient[0].length;
    for (int i = 0; i < parameters && Math.sqrt(squares) > enough; i++) {
      double[][] curved = loss.hessianTimes(conjugate);
      double curvature = dot(conjugate, curved);
      if (curvature <= 0) {
        break; // by rounding: the loss is convex
      }
      double length = squares / curvature;
      direction = moved(direction, conjugate, length);
      residual = moved(residual, curved, -length);
      double next = dot(residual, residual);
      conjugate = moved(residual, conjugate, next / squares);
      squares = next;
    }
    return direction;
  }

  private static double[][] moved(double[][] from, double[][] direction, double length) {
    double[][] moved = new double[from.length][];
    for (int k = 0; k < from.length; k++) {
      moved[k] = from[k].clone();
      LogisticLoss.add(moved[k], direction[k], length);
    }
    return moved;
  }

  private static double dot(double[][] a, double[][] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      for (int i = 0; i < a[k].length; i++) {
        sum += a[k][i] * b[k][i];
      }
    }
    return sum;
  }

  private static double largest(double[][] values) {
    double largest = 0;
    for (double[] row : values) {
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }
}
