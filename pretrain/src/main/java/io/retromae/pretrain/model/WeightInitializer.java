package io.retromae.pretrain.model;

import java.nio.ByteBuffer;
import java.util.Random;

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
   * @param memory a float32 model's {@link RetroMaeModel#parameterMemory}
   * @param seed of the run; each parameter draws from its own stream
   */
  public static void fill(
      ByteBuffer memory, ParameterLayout.Parameter parameter, BertShape shape, long seed) {
    int start = Math.toIntExact(parameter.offset());
    int end = start + Math.toIntExact(parameter.size());
    if (parameter.isBias() || parameter.isLayerNormWeight()) {
      float constant = parameter.isBias() ? 0 : 1;
      for (int i = start; i < end; i++) {
        memory.putFloat(4 * i, constant);
      }
      return;
    }
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + parameter.name().hashCode());
    for (int i = start; i < end; i++) {
      memory.putFloat(4 * i, (float) (random.nextGaussian() * shape.initializerRange()));
    }
    if (parameter.name().endsWith("word_embeddings.weight")) {
      int row = start + shape.padTokenId() * shape.hiddenSize();
      for (int i = row; i < row + shape.hiddenSize(); i++) {
        memory.putFloat(4 * i, 0);
      }
    }
  }
}
