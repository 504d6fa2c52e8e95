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
  private final List<Refused> named = new ArrayList<>();
  private long kept;

  /**
   * A refused line.
   *
   * @param line its number in the file, from 1
   */
  public record Refused(String path, long line, String message) {
    private String text() {
      return "%s, line %d: %s".formatted(path, line, message);
    }
  }

  void kept() {
    kept++;
  }

  /** A line that was taken after a change, or as it is although it looks odd. */
  void treated(String how, long times) {
    if (times > 0) {
      treated.merge(how, times, Long::sum);
    }
  }

  /** A line that was left out. */
  public void refused(String reason, Refused line) {
    refused.merge(reason, 1L, Long::sum);
    name(line);
  }

  private void name(Refused line) {
    if (named.size() < MOST_NAMED) {
      named.add(line);
    }
  }

  /**
   * Adds those of what comes next, another file or the next part of this one.
   *
   * @param linesBefore lines of the same file that lie before it, whose numbers begin anew
   */
  void add(LineCounts next, long linesBefore) {
    kept += next.kept;
    next.treated.forEach(this::treated);
    next.refused.forEach((reason, times) -> refused.merge(reason, times, Long::sum));
    next.named.forEach(
        line -> name(new Refused(line.path(), linesBefore + line.line(), line.message())));
  }

  /** Counts that were written down. */
  static LineCounts of(
      long kept, Map<String, Long> treated, Map<String, Long> refused, List<Refused> named) {
    LineCounts counts = new LineCounts();
    counts.kept = kept;
    counts.treated.putAll(treated);
    counts.refused.putAll(refused);
    counts.named.addAll(named);
    return counts;
  }

  List<Refused> firstRefused() {
    return Collections.unmodifiableList(named);
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
    return named.stream().map(Refused::text).toList();
  }
}
