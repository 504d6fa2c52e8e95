package io.retromae.embed.metric;

import io.retromae.core.hash.CounterRandom;
import java.util.Arrays;

/**
 * How sure a score, or a difference of two scores on the same rows, is: rows are drawn with
 * replacement as many as there are, the score is computed again, {@link #DRAWS} times (Efron,
 * Tibshirani 1993; Sakai, SIGIR 2006, for retrieval). Draws depend on seed, draw and number of rows
 * alone, so both sides of a comparison, and all comparisons on a task, see the same ones.
 */
public final class PairedBootstrap {
  /** The number of draws. */
  public static final int DRAWS = 10_000;

  private static final long PURPOSE = 0x626f6f74L;
  private static final double TAIL = 0.025;

  private PairedBootstrap() {}

  /** A score as a function of how often each row was drawn, shape [rows]. */
  @FunctionalInterface
  public interface Resampled {
    /** The score of that draw; NaN where it is undefined. */
    double score(int[] counts);
  }

  /**
   * A score and the interval that holds 95 % of the draws.
   *
   * @param score on the rows as they are
   * @param low the 2.5 % quantile of the draws, NaN if all are undefined
   * @param high the 97.5 % quantile
   */
  public record Interval(double score, double low, double high) {}

  /**
   * First minus second.
   *
   * @param difference on the rows as they are
   * @param low the 2.5 % quantile of the draws' differences
   * @param high the 97.5 % quantile
   * @param shareAboveZero of the draws, those without a difference counted half
   */
  public record Difference(double difference, double low, double high, double shareAboveZero) {
    /** Whether the interval excludes zero. */
    public boolean isSignificant() {
      return low > 0 || high < 0;
    }
  }

  /**
   * A score that was computed once for every draw, for its interval and for any comparison.
   *
   * @param rows that are drawn
   * @param score on the rows as they are
   * @param draws of it, NaN where it is undefined; none without rows
   */
  public record Drawn(int rows, double score, double[] draws) {
    /** The interval of the score. */
    public Interval interval() {
      return PairedBootstrap.interval(score, draws);
    }

    /** This score minus another of the same rows, drawn from the same seed. */
    public Difference minus(Drawn other) {
      double[] differences = new double[draws.length];
      for (int draw = 0; draw < draws.length; draw++) {
        differences[draw] = draws[draw] - other.draws[draw];
      }
      return difference(score - other.score, differences);
    }
  }

  /** The interval of a mean of rows. */
  public static Interval ofMean(double[] rows, long seed) {
    return interval(Means.of(rows), means(rows, seed));
  }

  /** Any score of {@code rows} rows, on them and on every draw of them. */
  public static Drawn of(int rows, Resampled score, long seed) {
    return new Drawn(rows, score.score(once(rows)), scores(rows, score, seed));
  }

  /**
   * The difference of two means over the same rows.
   *
   * @param first shape [rows]
   * @param second shape [rows], the same queries in the same order
   */
  public static Difference ofMeans(double[] first, double[] second, long seed) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "%d rows against %d".formatted(first.length, second.length));
    }
    double[] differences = new double[first.length];
    for (int i = 0; i < first.length; i++) {
      differences[i] = first[i] - second[i];
    }
    return difference(Means.of(first) - Means.of(second), means(differences, seed));
  }

  private static int[] once(int rows) {
    int[] once = new int[rows];
    Arrays.fill(once, 1);
    return once;
  }

  private static double[] means(double[] rows, long seed) {
    double[] draws = new double[rows.length == 0 ? 0 : DRAWS];
    for (int draw = 0; draw < draws.length; draw++) {
      CounterRandom random = new CounterRandom(seed, PURPOSE, rows.length, draw);
      double sum = 0;
      for (int i = 0; i < rows.length; i++) {
        sum += rows[random.nextInt(rows.length)];
      }
      draws[draw] = sum / rows.length;
    }
    return draws;
  }

  private static double[] scores(int rows, Resampled score, long seed) {
    double[] draws = new double[rows == 0 ? 0 : DRAWS];
    int[] counts = new int[rows];
    for (int draw = 0; draw < draws.length; draw++) {
      CounterRandom random = new CounterRandom(seed, PURPOSE, rows, draw);
      Arrays.fill(counts, 0);
      for (int i = 0; i < rows; i++) {
        counts[random.nextInt(rows)]++;
      }
      draws[draw] = score.score(counts);
    }
    return draws;
  }

  private static Interval interval(double score, double[] draws) {
    double[] sorted = defined(draws);
    return new Interval(score, quantile(sorted, TAIL), quantile(sorted, 1 - TAIL));
  }

  private static Difference difference(double difference, double[] draws) {
    double[] sorted = defined(draws);
    double above = 0;
    for (double value : sorted) {
      above += value > 0 ? 1 : value == 0 ? 0.5 : 0;
    }
    double share = sorted.length == 0 ? Double.NaN : above / sorted.length;
    return new Difference(difference, quantile(sorted, TAIL), quantile(sorted, 1 - TAIL), share);
  }

  private static double[] defined(double[] draws) {
    return Arrays.stream(draws).filter(value -> !Double.isNaN(value)).sorted().toArray();
  }

  /** Linear between the two nearest draws, as NumPy's {@code quantile}. */
  private static double quantile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
