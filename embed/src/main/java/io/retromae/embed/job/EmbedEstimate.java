package io.retromae.embed.job;

import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.training.bert.BertShape;
import io.retromae.training.settings.DeviceSetting;

/**
 * About how much a run takes, from the sizes of the model and the inputs.
 *
 * @param modelBytes of the one model of a process, its weights a second time while they are read
 * @param taskBytes that a task, or a core, computes in, at most
 * @param tokens of the inputs, if {@value #BYTES_PER_TOKEN} stored bytes are one
 * @param flops of all of it: 2 a weight and token, and attention over rows of at most {@value
 *     #ASSUMED_ROW} tokens
 */
public record EmbedEstimate(long modelBytes, long taskBytes, double tokens, double flops) {
  /** Of English words a piece has some 4 characters; a Chinese character has 3 bytes. */
  public static final double BYTES_PER_TOKEN = 3.5;

  private static final int ASSUMED_ROW = 256;

  /** Hidden states that are there at once in a layer: input, queries, keys, values, output, sum. */
  private static final int STATES = 6;

  /** Of a plan. */
  public static EmbedEstimate of(EmbedPlan plan) {
    EncoderSpec spec = plan.encoder();
    double row = Math.min(ASSUMED_ROW, spec.maxLength());
    return of(plan.shape(), spec, plan.bytes() / BYTES_PER_TOKEN, row);
  }

  /**
   * Of a model.
   *
   * @param tokens of all texts
   * @param row tokens of a text
   */
  public static EmbedEstimate of(BertShape shape, EncoderSpec spec, double tokens, double row) {
    int batch =
        spec.device() == DeviceSetting.CUDA
            ? spec.tokensPerBatch()
            : Math.min(spec.tokensPerBatch(), EncoderOptions.ENOUGH_FOR_A_THREAD);
    double width = shape.hiddenSize();
    double layers = shape.numHiddenLayers();
    double weights = layers * (4 * width * width + 2 * width * shape.intermediateSize());
    double tables =
        width
            * (shape.vocabSize() + shape.maxPositionEmbeddings() + (double) shape.typeVocabSize());
    double perToken =
        STATES * width
            + 2.0 * shape.intermediateSize()
            + 2.0 * shape.numAttentionHeads() * spec.maxLength(); // scores and their softmax
    return new EmbedEstimate(
        (long) (2 * Float.BYTES * (weights + tables)),
        (long) (Float.BYTES * perToken * Math.max(batch, spec.maxLength())),
        tokens,
        tokens * (2 * weights + layers * 4 * row * width));
  }
}
