package io.retromae.embed.metric;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Arithmetic means, and the rounding in which mteb reports them. */
public final class Means {
  private static final int DECIMALS = 5;

  private Means() {}

  /** The mean, or NaN of no values; summed with compensation, as Python's {@code sum} does. */
  public static double of(double... values) {
    return values.length == 0 ? Double.NaN : sum(values) / values.length;
  }

  /** The deviation with divisor n (NumPy's {@code std}), or NaN of no values. */
  public static double deviation(double... values) {
    double mean = of(values);
    double[] squares = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      squares[i] = (values[i] - mean) * (values[i] - mean);
    }
    return Math.sqrt(of(squares));
  }

  /** Neumaier's sum: a rounding error of one operation, whatever the number of terms. */
  static double sum(double... values) {
    double sum = 0;
    double lost = 0;
    for (double value : values) {
      double next = sum + value;
      if (Math.abs(sum) >= Math.abs(value)) {
        lost += (sum - next) + value;
      } else {
        lost += (value - next) + sum;
      }
      sum = next;
    }
    return Double.isFinite(lost) ? sum + lost : sum;
  }

  /**
   * Rounds to mteb's five decimals, as Python's {@code round}: the nearest, exact halves to even.
   */
  public static double rounded(double value) {
    if (!Double.isFinite(value)) {
      return value;
    }
    return new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue();
  }
}
