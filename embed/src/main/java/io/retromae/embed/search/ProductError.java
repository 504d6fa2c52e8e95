package io.retromae.embed.search;

/**
 * How far products may be from true scores: they find candidates, and no document that is among the
 * best may be missed. With unit roundoff u = 2^-24 of float32, the product of two vectors of D
 * values differs from the true one by at most D u |q| |d| to first order, in whatever order it is
 * summed (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1). Where
 * vectors were rounded to bfloat16 before, q to q' and d to d', it differs by |q - q'| |d| + |q'|
 * |d - d'| more (Cauchy and Schwarz), and by the rounding of the result.
 */
final class ProductError {
  private static final double ROUNDOFF = 0x1p-24;

  /** Vectors of length one were rounded themselves. */
  private static final double MORE_TERMS = 8;

  /** The bounds are of first order, and lengths and a score in float64 are rounded, too. */
  private static final double MORE = 1.01;

  /** Of bfloat16, which has a significand of 8 bits. */
  private static final double LOW_ROUNDOFF = MORE * 0x1p-8;

  /** Lost lengths are measured in float32, which takes squares of values below 1e-19 for zero. */
  private static final double UNMEASURED = 1e-17;

  private final double relative;
  private final double absolute;

  /** Length of what each query lost by rounding, [n]. */
  private final float[] lostOfQueries;

  /**
   * The vectors of some documents, at their worst.
   *
   * @param longest length
   * @param lost length of what rounding to bfloat16 took from one
   * @param low whether one was rounded to bfloat16
   */
  record Documents(double longest, double lost, boolean low) {
    static final Documents NONE = new Documents(0, 0, false);

    /** These and others. */
    Documents and(Documents other) {
      return new Documents(
          Math.max(longest, other.longest), Math.max(lost, other.lost), low || other.low);
    }

    /** What rounding a score may have changed. */
    private double rounding(double score) {
      return low ? LOW_ROUNDOFF * Math.abs(score) : 0;
    }
  }

  /** Of vectors of so many values. */
  ProductError(int width, float[] lostOfQueries) {
    this.relative = MORE * (width + MORE_TERMS) * ROUNDOFF;
    this.absolute = 2.0 * width * Float.MIN_NORMAL; // kernels may take subnormals for zero
    this.lostOfQueries = lostOfQueries;
  }

  /** What the true score reaches of each document whose product reaches this. */
  double trueFrom(double product, int query, double length, Documents documents) {
    return product - documents.rounding(product) - beforeRounding(query, length, documents);
  }

  /** What the product reaches of each document whose true score reaches this. */
  float productFrom(double score, int query, double length, Documents documents) {
    double least = score - beforeRounding(query, length, documents);
    return Math.nextDown((float) (least - documents.rounding(least)));
  }

  private double beforeRounding(int query, double length, Documents documents) {
    double lost = documents.low ? MORE * lostOfQueries[query] + UNMEASURED : 0;
    double lostOfDocument = documents.low ? MORE * documents.lost + UNMEASURED : 0;
    return lost * documents.longest
        + (length + lost) * lostOfDocument
        + relative * (length + lost) * (documents.longest + lostOfDocument)
        + absolute * (1 + length + documents.longest);
  }
}
