package io.retromae.embed.task;

import java.util.Map;

/**
 * A task that was read.
 *
 * @param settings that it was read by
 * @param kind what it asks
 * @param format of its files
 * @param judgments what is right
 * @param texts of each set, without those of no use
 * @param leftOut what was not used, by reason
 */
public record Task(
    TaskSettings settings,
    TaskKind kind,
    TaskFormat format,
    Judgments judgments,
    Map<TextSet, Texts> texts,
    Map<String, Long> leftOut) {
  /** Copies the maps. */
  public Task {
    texts = Map.copyOf(texts);
    leftOut = Map.copyOf(leftOut);
  }

  /**
   * The texts of a set.
   *
   * @param count how many
   * @param empty those with nothing but blanks
   * @param characters in all, UTF-16
   * @param fingerprint of ids and texts, in their order: hexadecimal SHA-256
   */
  public record Texts(long count, long empty, long characters, String fingerprint) {}

  /** As it is called in settings and reports. */
  public String name() {
    return settings.name();
  }
}
