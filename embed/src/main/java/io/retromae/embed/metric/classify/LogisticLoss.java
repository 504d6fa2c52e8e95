package io.retromae.embed.metric.classify;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The sum of logistic losses + |W|^2 / 2, its gradient and Hessian at the point last set. Classes
 * are worked through in parallel; each sum has one order, so results do not depend on threads.
 */
final class LogisticLoss {
  private final int[] classes;
  private final boolean binary;
  private final int outputs; // rows of weights: 1 for two classes
  private final int features;
  private final double[][] rows; // [N][D]
  private final double[][] columns; // [D][N], so that every inner loop runs over neighbours
  private final double largestFeature;

  private double[][] weights;
  private final double[][] probabilities; // [outputs][N]

  LogisticLoss(float[][] x, int[] classes, int count) {
    if (count < 2 || x.length == 0) {
      throw new IllegalArgumentException(
          "%d rows of %d classes: at least two classes are needed".formatted(x.length, count));
    }
    this.classes = classes;
    binary = count == 2;
    outputs = binary ? 1 : count;
    features = x[0].length;
    rows = new double[x.length][features];
    columns = new double[features][x.length];
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      for (int d = 0; d < features; d++) {
        rows[i][d] = x[i][d];
        columns[d][i] = x[i][d];
        largest = Math.max(largest, Math.abs(x[i][d]));
      }
    }
    largestFeature = largest;
    probabilities = new double[outputs][x.length];
  }

  /** Weights of zero, shape [outputs][D + 1], the intercept last. */
  double[][] zeros() {
    return new double[outputs][features + 1];
  }

  double largestFeature() {
    return largestFeature;
  }

  /** Sets the point and returns the value there. */
  double at(double[][] point) {
    weights = point;
    scores(point, probabilities);
    double loss = 0;
    for (int i = 0; i < rows.length; i++) {
      loss += binary ? binaryLoss(i) : softmaxLoss(i);
    }
    for (double[] ofClass : point) {
      for (int d = 0; d < features; d++) {
        loss += ofClass[d] * ofClass[d] / 2;
      }
    }
    return loss;
  }

  /** -log p of the row's class; turns its score into a probability. */
  private double binaryLoss(int i) {
    double score = probabilities[0][i];
    probabilities[0][i] = 1 / (1 + Math.exp(-score));
    double wrong = classes[i] == 1 ? -score : score;
    return Math.max(0, wrong) + Math.log1p(Math.exp(-Math.abs(wrong)));
  }

  private double softmaxLoss(int i) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double[] scores : probabilities) {
      highest = Math.max(highest, scores[i]);
    }
    double own = probabilities[classes[i]][i];
    double sum = 0;
    for (double[] scores : probabilities) {
      scores[i] = Math.exp(scores[i] - highest);
      sum += scores[i];
    }
    for (double[] scores : probabilities) {
      scores[i] /= sum;
    }
    return highest + Math.log(sum) - own;
  }

  /** The gradient at the point set. */
  double[][] gradient() {
    double[][] residuals = new double[outputs][];
    for (int k = 0; k < outputs; k++) {
      residuals[k] = probabilities[k].clone();
    }
    for (int i = 0; i < rows.length; i++) {
      if (binary) {
        residuals[0][i] -= classes[i];
      } else {
        residuals[classes[i]][i] -= 1;
      }
    }
    return back(residuals, weights);
  }

  /** The Hessian at the point set, times a direction. */
  double[][] hessianTimes(double[][] direction) {
    double[][] changes = new double[outputs][rows.length];
    scores(direction, changes);
    for (int i = 0; i < rows.length; i++) {
      if (binary) {
        changes[0][i] *= probabilities[0][i] * (1 - probabilities[0][i]);
      } else {
        double mean = 0;
        for (int k = 0; k < outputs; k++) {
          mean += probabilities[k][i] * changes[k][i];
        }
        for (int k = 0; k < outputs; k++) {
          changes[k][i] = probabilities[k][i] * (changes[k][i] - mean);
        }
      }
    }
    return back(changes, direction);
  }

  /** {@code scores[k][i]} = weights of k times row i. */
  private void scores(double[][] of, double[][] scores) {
    IntStream.range(0, outputs)
        .parallel()
        .forEach(
            k -> {
              Arrays.fill(scores[k], of[k][features]);
              for (int d = 0; d < features; d++) {
                add(scores[k], columns[d], of[k][d]);
              }
            });
  }

  /** What the rows' changes mean for the weights, and the penalty's share. */
  private double[][] back(double[][] changes, double[][] penalised) {
    double[][] sums = zeros();
    IntStream.range(0, outputs)
        .parallel()
        .forEach(
            k -> {
              for (int i = 0; i < rows.length; i++) {
                add(sums[k], rows[i], changes[k][i]);
                sums[k][features] += changes[k][i];
              }
              for (int d = 0; d < features; d++) {
                sums[k][d] += penalised[k][d];
              }
            });
    return sums;
  }

  /** {@code to += factor * values}, over the shorter of the two. */
  static void add(double[] to, double[] values, double factor) {
    int length = Math.min(to.length, values.length);
    for (int i = 0; i < length; i++) {
      to[i] += factor * values[i];
    }
  }
}
