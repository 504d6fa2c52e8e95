package io.retromae.embed.job.texts;

import io.retromae.embed.encoder.EncoderSpec;
import java.io.Serializable;

/**
 * The vectors that an encoder makes of a set, in the output folder: a file and a receipt for each
 * part of the texts.
 *
 * @param texts of which they are made
 * @param spec the encoder
 * @param instruction before each text
 * @param name path of their folder within the job's, which tells all that they depend on
 */
public record VectorSet(StoredTexts texts, EncoderSpec spec, String instruction, String name)
    implements Serializable {
  /** Qualified folder of the job. */
  String output() {
    return texts.output();
  }

  /** Qualified. */
  public String folder() {
    return output() + "/" + name;
  }

  /**
   * A part to embed.
   *
   * @param set of which
   * @param number of the part
   */
  record Part(VectorSet set, int number) implements Serializable {}
}
