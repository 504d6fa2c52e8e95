package io.retromae.embed.encoder;

import java.util.List;

/**
 * Makes vectors of texts. A text's vector depends on that text alone, to rounding: not on what it
 * is encoded with, on its place or on the number of threads.
 */
public interface TextEncoder extends AutoCloseable {
  /** Width D of a vector. */
  int width();

  /**
   * Vectors of texts, in their order. An instruction, if any, is already before each text. Texts
   * longer than the encoder's limit are cut; an empty one gives the vector of [CLS][SEP].
   *
   * @return [n][D]
   */
  float[][] encode(List<String> texts);

  /** Token ids of a text as {@link #encodeIds} takes them: without special tokens, not cut. */
  int[] ids(String text);

  /**
   * The same for token ids without special tokens, which must be the model's own.
   *
   * @return [n][D]
   */
  float[][] encodeIds(List<int[]> ids);

  @Override
  void close();
}
