package io.retromae.training.bert;

/** Vectors whose inner product is their cosine. */
public final class UnitLength {
  private static final double SMALLEST_NORM = 1e-12; // as PyTorch's normalize

  private UnitLength() {}

  /** In place: x / max(|x|, 1e-12), |x| in float64. */
  public static float[] of(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double norm = Math.max(Math.sqrt(squares), SMALLEST_NORM);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
    return vector;
  }
}
