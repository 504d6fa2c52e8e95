package io.retromae.embed.vector;

/**
 * The product of two vectors of float32 in float64, where each term is exact. Four sums are kept,
 * so that four additions are under way at once; their order is fixed, so that a product depends on
 * two vectors and nothing else.
 */
public final class DotProduct {
  private DotProduct() {}

  /** Of two vectors of equal width. */
  public static double of(float[] a, float[] b) {
    return of(a, 0, b, 0, a.length);
  }

  /** Of vectors that begin at a place within arrays. */
  public static double of(float[] a, int fromA, float[] b, int fromB, int width) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < width; i += 4) {
      s0 += (double) a[fromA + i] * b[fromB + i];
      s1 += (double) a[fromA + i + 1] * b[fromB + i + 1];
      s2 += (double) a[fromA + i + 2] * b[fromB + i + 2];
      s3 += (double) a[fromA + i + 3] * b[fromB + i + 3];
    }
    for (; i < width; i++) {
      s0 += (double) a[fromA + i] * b[fromB + i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
