package io.retromae.embed.task;

import java.util.HashMap;
import java.util.Map;

/** Numbers the texts of a set; equal ones have one number, and are handed on once. */
final class DistinctTexts {
  private final TextSet set;
  private final TextSink sink;
  private final Map<String, Integer> numbers = new HashMap<>();

  DistinctTexts(TextSet set, TextSink sink) {
    this.set = set;
    this.sink = sink;
  }

  /** The number of a text. */
  int number(String text) {
    int fresh = numbers.size();
    Integer known = numbers.putIfAbsent(text, fresh);
    if (known == null) {
      sink.text(set, Integer.toString(fresh), text);
    }
    return known == null ? fresh : known;
  }
}
