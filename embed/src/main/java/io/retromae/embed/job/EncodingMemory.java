package io.retromae.embed.job;

import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.training.bert.BertShape;
import io.retromae.training.settings.DeviceSetting;

/**
 * About how much memory an encoder takes outside the heap.
 *
 * @param modelBytes of the one model of a process, its weights a second time while they are read
 * @param taskBytes that a task, or a core, computes in, at most
 */
public record EncodingMemory(long modelBytes, long taskBytes) {
  /** Of no encoder. */
  public static final EncodingMemory NONE = new EncodingMemory(0, 0);

  /** Hidden states that are there at once in a layer: input, queries, keys, values, output, sum. */
  private static final int STATES = 6;

  /** Of a model. */
  public static EncodingMemory of(BertShape shape, EncoderSpec spec) {
    int batch =
        spec.device() == DeviceSetting.CUDA
            ? spec.tokensPerBatch()
            : Math.min(spec.tokensPerBatch(), EncoderOptions.ENOUGH_FOR_A_THREAD);
    double width = shape.hiddenSize();
    double tables =
        width
            * (shape.vocabSize() + shape.maxPositionEmbeddings() + (double) shape.typeVocabSize());
    double perToken =
        STATES * width
            + 2.0 * shape.intermediateSize()
            + 2.0 * shape.numAttentionHeads() * spec.maxLength(); // scores and their softmax
    return new EncodingMemory(
        (long) (2 * Float.BYTES * (EncodingWork.weights(shape) + tables)),
        (long) (Float.BYTES * perToken * Math.max(batch, spec.maxLength())));
  }

  /** Of two encoders that are never there at once. */
  public EncodingMemory larger(EncodingMemory other) {
    return new EncodingMemory(
        Math.max(modelBytes, other.modelBytes), Math.max(taskBytes, other.taskBytes));
  }
}
