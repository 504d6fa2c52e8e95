package io.retromae.training.loop;

import java.util.regex.Pattern;

/**
 * A named part of what an objective minimises. Console, metrics, TensorBoard, evaluation and model
 * card name a loss by its term: {@code encoder} is {@code encoder_loss} in metrics.jsonl and {@code
 * eval_encoder_accuracy} where it is scored on held-out samples.
 *
 * @param name lower case
 * @param weight of its mean in the total
 * @param over what its mean is over
 * @param hits whether an evaluation counts how often the best score was the right one
 */
public record LossTerm(String name, double weight, Over over, boolean hits) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  /** Refuses a name that files could not tell from others. */
  public LossTerm {
    if (!NAME.matcher(name).matches() || name.equals("total")) {
      throw new IllegalArgumentException(
          "term %s: must be of a to z, 0 to 9 and _, and not total".formatted(name));
    }
  }

  /** What a mean is over. */
  public enum Over {
    /** Tokens with a label. */
    TOKENS,
    /** Rows: texts, or pairs of texts. */
    ROWS
  }

  /** Its key in metrics.jsonl and on the console. */
  public String metric() {
    return name + "_loss";
  }
}
