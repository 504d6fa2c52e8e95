package io.retromae.finetune.pairs.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where every record and every pair went. The same for the same inputs: it holds no times.
 *
 * @param refused why there is no result; empty if there is one
 * @param records documents and quarantined records
 * @param quarantined records by reason
 * @param notes repairs and skips of the readers
 * @param badFiles a sentence for each file that was not read to its end
 * @param counts what became of documents and pairs
 * @param cosines by data set: how many pairs the judge found in each of 40 equal bins over [-1, 1],
 *     those that it dropped too
 */
public record PairsReport(
    String refused,
    long records,
    Map<String, Long> quarantined,
    Map<String, Long> notes,
    List<String> badFiles,
    PairCounts counts,
    Map<String, long[]> cosines) {

  static PairsReport of(
      List<MakeTask.Receipt> made, List<JudgeTask.Receipt> judged, String refused) {
    Map<String, Long> quarantined = new TreeMap<>();
    Map<String, Long> notes = new TreeMap<>();
    List<String> bad = new ArrayList<>();
    PairCounts counts = PairCounts.none();
    long records = 0;
    for (MakeTask.Receipt receipt : made) {
      records += receipt.records();
      receipt.quarantined().forEach((reason, n) -> quarantined.merge(reason, n, Long::sum));
      receipt.notes().forEach((note, n) -> notes.merge(note, n, Long::sum));
      if (!receipt.error().isEmpty()) {
        bad.add(receipt.error().get(1));
      }
      counts.add(receipt.counts());
    }
    Map<String, long[]> cosines = new TreeMap<>();
    for (JudgeTask.Receipt receipt : judged) {
      counts.add(receipt.counts());
      receipt
          .cosines()
          .forEach(
              (set, bins) -> {
                long[] sum = cosines.computeIfAbsent(set, s -> new long[bins.length]);
                Arrays.setAll(sum, bin -> sum[bin] + bins[bin]);
              });
    }
    return new PairsReport(refused, records, quarantined, notes, bad, counts, cosines);
  }

  /** Records that were set aside. */
  long setAside() {
    return quarantined.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Nothing is lost silently.
   *
   * @throws IllegalStateException naming the sums that differ: a bug of ours
   */
  void check(List<MakeTask.Receipt> made, List<JudgeTask.Receipt> judged) {
    equal("records", records, "documents + quarantined", counts.allDocuments() + setAside());
    for (int unit = 0; unit < judged.size(); unit++) {
      equal(
          made.get(unit).path() + ": candidates",
          made.get(unit).kept(),
          "duplicates + of frequent queries + unlike + written",
          judged.get(unit).counts().allPairs());
    }
  }

  private static void equal(String what, long a, String other, long b) {
    if (a != b) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "the sums do not add up: %s = %,d, %s = %,d", what, a, other, b));
    }
  }

  /** The funnel, for the console. */
  List<String> funnel() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "records  %,d, of which %s",
            records,
            words(quarantined, "quarantined: ")));
    lines.add("documents " + words(PairCounts.sums(counts.documents()), ""));
    counts
        .pairs()
        .forEach(
            (set, what) ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%-40s %,9d pairs%s",
                        set,
                        what.getOrDefault(PairCounts.WRITTEN, 0L),
                        dropped(what))));
    lines.add(
        String.format(
            Locale.ROOT,
            "pairs    %,d written of %,d made; conservation: %s",
            counts.pairsOf(PairCounts.WRITTEN),
            counts.allPairs(),
            refused.isEmpty() ? "ok" : "no result"));
    return lines;
  }

  private static String dropped(Map<String, Long> what) {
    Map<String, Long> others = new TreeMap<>(what);
    others.remove(PairCounts.WRITTEN);
    return others.isEmpty() ? "" : "; dropped " + words(others, "");
  }

  private static String words(Map<String, Long> counts, String before) {
    List<Map.Entry<String, Long>> sorted = new ArrayList<>(counts.entrySet());
    sorted.sort(Map.Entry.<String, Long>comparingByValue().reversed());
    List<String> words = new ArrayList<>();
    sorted.forEach(
        count -> words.add(String.format(Locale.ROOT, "%,d %s", count.getValue(), count.getKey())));
    return words.isEmpty() ? "none " + before.replace(": ", "") : before + String.join(", ", words);
  }

  /** The report for people. */
  String markdown() {
    StringBuilder out = new StringBuilder("# Pairs\n\n");
    if (!refused.isEmpty()) {
      out.append("No result: ").append(refused).append("\n\n");
    }
    out.append(
        String.format(Locale.ROOT, "%,d records, %,d quarantined.%n%n", records, setAside()));
    table(out, "what became of documents", counts.documents());
    table(out, "what became of pairs", counts.pairs());
    if (!cosines.isEmpty()) {
      out.append("| data set | cosine from | pairs |\n|---|---|---|\n");
      cosines.forEach((set, bins) -> histogram(out, set, bins));
    }
    return out.toString();
  }

  private static void histogram(StringBuilder out, String set, long[] bins) {
    for (int bin = 0; bin < bins.length; bin++) {
      if (bins[bin] > 0) {
        double from = 2.0 * bin / bins.length - 1;
        out.append(String.format(Locale.ROOT, "| %s | %.2f | %,d |%n", set, from, bins[bin]));
      }
    }
  }

  private static void table(
      StringBuilder out, String title, Map<String, Map<String, Long>> counts) {
    out.append("| | ").append(title).append(" | |\n|---|---|---|\n");
    new LinkedHashMap<>(counts)
        .forEach(
            (of, what) ->
                what.forEach(
                    (reason, n) ->
                        out.append(
                            String.format(
                                Locale.ROOT,
                                "| %s | %s | %,d |%n",
                                io.retromae.core.display.Displayed.markdown(of),
                                reason,
                                n))));
    out.append('\n');
  }
}
