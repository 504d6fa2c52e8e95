package io.retromae.embed.encoder;

import io.retromae.training.bert.Pooling;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a folder says of the use of its encoder.
 *
 * @param pooling how hidden states become a vector
 * @param normalize whether vectors have length one
 * @param maxLength most tokens of a text, [CLS] and [SEP] counted
 * @param prompts instructions by their names, such as {@code query}; put before a text as they are
 * @param defaultPrompt name of the one that is used where none is chosen
 * @param similarity how two vectors are compared: {@code cosine}, {@code dot}, {@code euclidean} or
 *     {@code manhattan}; empty if nothing says it
 * @param saidAloud what had to be assumed, a line each, for the caller to print
 */
public record EncoderDefaults(
    Pooling pooling,
    boolean normalize,
    int maxLength,
    Map<String, String> prompts,
    Optional<String> defaultPrompt,
    Optional<String> similarity,
    List<String> saidAloud) {
  /** Copies. */
  public EncoderDefaults {
    prompts = Map.copyOf(prompts);
    saidAloud = List.copyOf(saidAloud);
  }
}
