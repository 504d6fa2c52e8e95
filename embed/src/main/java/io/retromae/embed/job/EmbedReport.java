package io.retromae.embed.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run did; {@code report.json}.
 *
 * @param refused why there is no result; empty if there is
 * @param records read, good and bad
 * @param embedded rows with a vector
 * @param absent rows whose text is null, and so their vector
 * @param cut texts longer than the limit
 * @param cutShare of the embedded ones
 * @param bad records that gave no row, by reason
 * @param badExamples the first of them, with file and record
 * @param duplicateIds rows that have the id of another row before them
 * @param duplicateExamples some such ids
 * @param tokens of all texts after cutting, special ones not counted
 * @param embeddedEarlier rows that earlier starts had embedded
 * @param seconds of computing in this start
 * @param textsPerSecond of this start
 * @param tokensPerSecond of this start
 * @param tasks how long units took
 */
public record EmbedReport(
    String refused,
    long records,
    long embedded,
    long absent,
    long cut,
    double cutShare,
    Map<String, Long> bad,
    List<String> badExamples,
    long duplicateIds,
    List<String> duplicateExamples,
    long tokens,
    long embeddedEarlier,
    double seconds,
    double textsPerSecond,
    double tokensPerSecond,
    Tasks tasks) {
  private static final int SLOWEST = 10;

  /** Copies. */
  public EmbedReport {
    bad = java.util.Collections.unmodifiableMap(new TreeMap<>(bad));
    badExamples = List.copyOf(badExamples);
    duplicateExamples = List.copyOf(duplicateExamples);
  }

  /**
   * How long units took, those of earlier starts with them.
   *
   * @param units of the inputs
   * @param medianSeconds of a unit
   * @param longestSeconds of a unit
   * @param slowest units with rows and seconds
   */
  public record Tasks(
      int units, double medianSeconds, double longestSeconds, List<String> slowest) {
    static final Tasks NONE = new Tasks(0, 0, 0, List.of());

    /** Copies. */
    public Tasks {
      slowest = List.copyOf(slowest);
    }

    static Tasks of(List<EncodeTask.Receipt> receipts) {
      List<EncodeTask.Receipt> sorted = new ArrayList<>(receipts);
      sorted.sort(Comparator.comparingDouble(EncodeTask.Receipt::seconds).reversed());
      return sorted.isEmpty()
          ? NONE
          : new Tasks(
              sorted.size(),
              sorted.get(sorted.size() / 2).seconds(),
              sorted.get(0).seconds(),
              sorted.stream().limit(SLOWEST).map(Tasks::line).toList());
    }

    private static String line(EncodeTask.Receipt receipt) {
      return String.format(
          Locale.ROOT,
          "%s behind record %,d: %,d rows, %.1f s",
          receipt.path(),
          receipt.before(),
          receipt.rows(),
          receipt.seconds());
    }
  }

  /** A line or a few for people. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "read %,d records: %,d embedded, %,d null, %,d bad%s",
            records,
            embedded,
            absent,
            bad.values().stream().mapToLong(Long::longValue).sum(),
            bad.isEmpty() ? "" : " " + bad));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d tokens; %,d texts (%.1f %%) were cut%s",
            tokens,
            cut,
            100 * cutShare,
            seconds > 0
                ? String.format(
                    Locale.ROOT, "; %,.0f texts/s, %,.0f tokens/s", textsPerSecond, tokensPerSecond)
                : ""));
    badExamples.stream().limit(SLOWEST).forEach(example -> lines.add("bad record " + example));
    if (duplicateIds > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "warning: %,d rows have the id of another row, such as %s; evaluation refuses such vectors",
              duplicateIds,
              String.join("; ", duplicateExamples)));
    }
    return lines;
  }
}
