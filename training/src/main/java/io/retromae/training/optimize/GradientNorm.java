package io.retromae.training.optimize;

/**
 * The global L2 norm of a gradient from those of its blocks. How a vector is cut into blocks does
 * not depend on the number of ranks, and they are added in their order, so the norm has the same
 * bits whoever computed them. Blocks' norms are float32; their squares are added in float64.
 */
public final class GradientNorm {
  private GradientNorm() {}

  /** The norm of a vector whose blocks' norms follow one another in these arrays. */
  public static double of(double[]... norms) {
    double squares = 0;
    for (double[] part : norms) {
      for (double norm : part) {
        squares += norm * norm;
      }
    }
    return Math.sqrt(squares);
  }
}
