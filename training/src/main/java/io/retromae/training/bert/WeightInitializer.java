package io.retromae.training.bert;

import io.retromae.core.hash.SplitMix64;
import io.retromae.training.memory.HostVector;
import java.nio.ByteBuffer;

/**
 * Fresh weights as BERT's: N(0, initializer_range), biases 0, LayerNorm 1 and 0, the embedding row
 * of [PAD] 0. Drawn in Java, so that every machine of a cluster gets the same bits whatever its
 * vector instructions.
 */
public final class WeightInitializer {
  private WeightInitializer() {}

  /**
   * Fills one parameter.
   *
   * @param vector a float32 model's {@link BertModel#parameters}
   * @param seed of the run; each parameter draws from its own stream
   */
  public static void fill(
      HostVector vector, ParameterLayout.Parameter parameter, BertShape shape, long seed) {
    ByteBuffer memory = vector.slice(parameter.offset(), parameter.size());
    int size = Math.toIntExact(parameter.size());
    if (parameter.isBias() || parameter.isLayerNormWeight()) {
      float constant = parameter.isBias() ? 0 : 1;
      for (int i = 0; i < size; i++) {
        memory.putFloat(4 * i, constant);
      }
      return;
    }
    Normal normal = new Normal(seed, parameter.name());
    for (int i = 0; i < size; i++) {
      memory.putFloat(4 * i, (float) (normal.next() * shape.initializerRange()));
    }
    if (parameter.name().endsWith("word_embeddings.weight")) {
      int row = shape.padTokenId() * shape.hiddenSize();
      for (int i = row; i < row + shape.hiddenSize(); i++) {
        memory.putFloat(4 * i, 0);
      }
    }
  }

  /**
   * Standard normal numbers of one parameter: SplitMix64 from a start that seed and name choose
   * among 2^64, so that the streams of two parameters do not meet (a model draws 2^28 numbers).
   * Marsaglia's polar method; StrictMath, since Math.log may differ between processors.
   */
  private static final class Normal {
    private long state;
    private double spare;
    private boolean hasSpare;

    Normal(long seed, String name) {
      state = SplitMix64.mix(seed);
      for (int i = 0; i < name.length(); i++) {
        state = SplitMix64.mix(state ^ name.charAt(i));
      }
    }

    double next() {
      if (hasSpare) {
        hasSpare = false;
        return spare;
      }
      while (true) {
        double x = uniform();
        double y = uniform();
        double square = x * x + y * y;
        if (square < 1 && square > 0) {
          double scale = Math.sqrt(-2 * StrictMath.log(square) / square);
          spare = y * scale;
          hasSpare = true;
          return x * scale;
        }
      }
    }

    /** In [-1, 1), 53 bits. */
    private double uniform() {
      long bits = SplitMix64.mix(state) >> 11; // keeps the sign
      state += SplitMix64.GOLDEN_GAMMA;
      return bits * 0x1.0p-52;
    }
  }
}
