package io.retromae.finetune.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done with the lines of a file, by reason. For one thread. */
public final class LineCounts {
  /** Refused lines that are named. */
  static final int MOST_NAMED = 20;

  private final Map<String, Long> treated = new TreeMap<>();
  private final Map<String, Long> refused = new TreeMap<>();
  private final List<String> named = new ArrayList<>();
  private long kept;

  void kept() {
    kept++;
  }

  /** A line that was taken after a change, or as it is although it looks odd. */
  void treated(String how, long times) {
    if (times > 0) {
      treated.merge(how, times, Long::sum);
    }
  }

  void refused(String reason, String message) {
    refused.merge(reason, 1L, Long::sum);
    if (named.size() < MOST_NAMED) {
      named.add(message);
    }
  }

  /** Lines that are trained on. */
  public long lines() {
    return kept;
  }

  /** How often each treatment was needed. */
  public Map<String, Long> treated() {
    return Collections.unmodifiableMap(treated);
  }

  /** Lines that were refused, by reason. */
  public Map<String, Long> refused() {
    return Collections.unmodifiableMap(refused);
  }

  /** Lines that were refused. */
  public long refusedLines() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The first that were refused: file, line and why. */
  public List<String> named() {
    return Collections.unmodifiableList(named);
  }
}
