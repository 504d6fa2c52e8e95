package io.retromae.etl.dedup;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The lines that too many documents of a source share; immutable, to be broadcast. */
public final class FrequentLines implements Serializable {
  private static final long serialVersionUID = 1;

  private final int minUnits;
  private final HashMap<String, long[]> bySource;

  /**
   * Of hashes found by {@link LineCounts}.
   *
   * @param minUnits as the hashes were made with
   * @param bySource hashes of each source, ascending
   */
  FrequentLines(int minUnits, Map<String, long[]> bySource) {
    this.minUnits = minUnits;
    this.bySource = new HashMap<>(bySource);
  }

  /** No lines. */
  public static FrequentLines none() {
    return new FrequentLines(1, Map.of());
  }

  /** A hash of them all: texts lose the same lines with an equal one. */
  public String fingerprint() {
    long sum = 0; // a sum: the order of sources does not matter
    for (Map.Entry<String, long[]> source : bySource.entrySet()) {
      sum += 31L * source.getKey().hashCode() + Arrays.hashCode(source.getValue());
    }
    return String.format(Locale.ROOT, "%d lines %016x", count(), sum);
  }

  /** How many lines of all sources. */
  public long count() {
    return bySource.values().stream().mapToLong(hashes -> hashes.length).sum();
  }

  /**
   * A text without its frequent lines and their line breaks; the same text if it has none.
   *
   * @param source of the document
   */
  public String without(String source, String text) {
    long[] frequent = bySource.getOrDefault(source, new long[0]);
    if (frequent.length == 0) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length());
    for (int start = 0; start < text.length(); ) {
      int end = LineHashes.lineEnd(text, start);
      int next = Math.min(end + 1, text.length());
      long hash = LineHashes.hash(text, start, end, minUnits);
      if (hash == 0 || Arrays.binarySearch(frequent, hash) < 0) {
        kept.append(text, start, next);
      }
      start = next;
    }
    return kept.length() == text.length() ? text : withoutLastBreak(kept, text);
  }

  /** If the last line went, the break before it goes too. */
  private static String withoutLastBreak(StringBuilder kept, String text) {
    int last = kept.length() - 1;
    if (last >= 0 && kept.charAt(last) == '\n' && !text.endsWith("\n")) {
      kept.setLength(last);
    }
    return kept.toString();
  }
}
