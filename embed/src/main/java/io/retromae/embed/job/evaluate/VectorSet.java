package io.retromae.embed.job.evaluate;

import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.io.Serializable;

/**
 * The vectors that an encoder makes of a set, in the output folder: a file and a receipt for each
 * part of the texts.
 *
 * @param texts of which they are made
 * @param spec the encoder
 * @param instruction before each text
 * @param output qualified folder of the job
 * @param name path of their folder within it, which tells all that they depend on
 */
record VectorSet(
    StoredTexts texts, EncoderSpec spec, String instruction, String output, String name)
    implements Serializable {
  private static final int DIGITS = 32;

  /** The vectors of a set of a task. */
  static VectorSet of(String output, Competitor.Encoder encoder, Task task, TextSet set) {
    return new VectorSet(
        StoredTexts.of(output, task.texts().get(set)),
        encoder.spec(set),
        encoder.instruction(task, set),
        output,
        "vectors/" + encoder.vectorsOf(task, set).substring(0, DIGITS));
  }

  /** Qualified. */
  String folder() {
    return output + "/" + name;
  }

  /** Qualified path of the file that says that a part is done, and by which file. */
  String receipt(int part) {
    return "%s/%05d.json".formatted(folder(), part);
  }

  /**
   * A part to embed.
   *
   * @param set of which
   * @param number of the part
   */
  record Part(VectorSet set, int number) implements Serializable {}
}
