package io.retromae.core.shard;

/**
 * One source of a corpus and how often training should see it.
 *
 * @param name such as {@code pile/Wikipedia (en)}
 * @param documents that became samples
 * @param samples in the shards
 * @param tokens in them
 * @param weight relative frequency of each of its samples: 1 once in an epoch, 3 three times, 0.5
 *     every other time
 */
public record MixtureSource(String name, long documents, long samples, long tokens, double weight) {
  /** Checks the weight. */
  public MixtureSource {
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "weight of source '%s' = %s: must be above 0".formatted(name, weight));
    }
  }
}
