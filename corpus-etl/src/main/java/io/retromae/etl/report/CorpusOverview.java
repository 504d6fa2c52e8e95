package io.retromae.etl.report;

import io.retromae.core.page.Answer;
import io.retromae.core.page.Answer.Tone;
import io.retromae.core.page.Tile;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What was read, what became of it, what to do next: the top of the page. */
final class CorpusOverview {
  /** Reasons told at the top. */
  private static final int REASONS = 3;

  private final EtlReport report;
  private final Measure read;
  private final Measure packed;

  private CorpusOverview(EtlReport report) {
    this.report = report;
    this.read = sum(report, StageCounts.READ);
    this.packed = sum(report, StageCounts.PACKED);
  }

  private static Measure sum(EtlReport report, String stage) {
    return report.counts().rows().stream()
        .filter(row -> row.stage().equals(stage))
        .map(Row::measure)
        .reduce(Measure.NONE, Measure::plus);
  }

  static List<Answer> answers(EtlReport report) {
    CorpusOverview overview = new CorpusOverview(report);
    return List.of(overview.source(), overview.result(), overview.next());
  }

  private Answer source() {
    Set<String> languages = new TreeSet<>();
    List<Row> rows =
        report.counts().rows().stream()
            .filter(row -> row.stage().equals(StageCounts.READ))
            .sorted(Comparator.comparingLong((Row row) -> row.measure().bytes()).reversed())
            .toList();
    rows.forEach(row -> languages.add(row.language()));
    List<String> more = new ArrayList<>();
    if (!rows.isEmpty()) {
      Row largest = rows.get(0);
      more.add(
          String.format(
              Locale.ROOT,
              "The largest source is %s (%s) with %,.1f MB; languages: %s.",
              largest.source(),
              largest.language(),
              largest.measure().bytes() / 1e6,
              String.join(", ", languages)));
    }
    report.inputs().stream().limit(REASONS).forEach(input -> more.add(input.setting()));
    long sources = rows.stream().map(Row::source).distinct().count();
    return new Answer(
        "What was read",
        Tone.PLAIN,
        String.format(
            Locale.ROOT,
            "%,d documents, %,.1f MB of text, of %,d sources.",
            read.documents(),
            read.bytes() / 1e6,
            sources),
        more);
  }

  private Answer result() {
    if (!report.refused().isEmpty()) {
      return new Answer("What became of it", Tone.BAD, "No corpus. " + report.refused(), List.of());
    }
    List<String> more = new ArrayList<>();
    more.add(
        "Kept: %s of the documents, %s of the bytes. All counts add up."
            .formatted(
                percent(packed.documents(), read.documents()),
                percent(packed.bytes(), read.bytes())));
    List<DropSection.Reason> reasons = DropSection.reasons(report);
    List<String> largest = new ArrayList<>();
    for (DropSection.Reason reason : reasons.subList(0, Math.min(REASONS, reasons.size()))) {
      largest.add(
          "%s (%s) %s"
              .formatted(
                  reason.stage(),
                  reason.reason(),
                  percent(reason.measure().documents(), read.documents())));
    }
    if (!largest.isEmpty()) {
      more.add("Dropped most: " + String.join(", ", largest) + ".");
    }
    if (!report.warnings().isEmpty()) {
      more.add(
          report.warnings().size() == 1
              ? "One thing stands out, below."
              : report.warnings().size() + " things stand out, below.");
    }
    return new Answer(
        "What became of it",
        report.warnings().isEmpty() ? Tone.GOOD : Tone.NOTE,
        String.format(
            Locale.ROOT,
            "%,d records became %,d samples of %,d tokens in %,d shards.",
            report.records(),
            report.samples(),
            report.tokens(),
            report.shards()),
        more);
  }

  private static String percent(long part, long of) {
    return of == 0 ? "0 %" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / of);
  }

  private Answer next() {
    String again = "submit/retromae etl -c CONFIG --output NEW";
    if (!report.refused().isEmpty()) {
      return new Answer(
          "What to do next",
          Tone.PLAIN,
          "Mend what is said, and run the same command again.",
          List.of());
    }
    String train = "submit/retromae pretrain --set corpus=CORPUS --output RUN";
    return report.warnings().isEmpty()
        ? new Answer("What to do next", Tone.PLAIN, "Train on it.", List.of(), List.of(train))
        : new Answer(
            "What to do next",
            Tone.PLAIN,
            "Look at what stands out: if those texts are good ones, change the settings and make the corpus again; else train on it.",
            List.of(),
            List.of(again, train));
  }

  static List<Tile> tiles(EtlReport report) {
    CorpusOverview overview = new CorpusOverview(report);
    long aside = report.quarantined().values().stream().mapToLong(Long::longValue).sum();
    double seconds = report.phases().stream().mapToDouble(EtlReport.Phase::seconds).sum();
    return List.of(
        new Tile(
            "Documents kept",
            percent(overview.packed.documents(), overview.read.documents()),
            String.format(
                Locale.ROOT, "%,d of %,d", overview.packed.documents(), overview.read.documents())),
        new Tile(
            "Samples",
            String.format(Locale.ROOT, "%,d", report.samples()),
            report.shards() + " shards"),
        new Tile(
            "Tokens",
            String.format(Locale.ROOT, "%,d", report.tokens()),
            String.format(
                Locale.ROOT,
                "%,d cut, %,d in dropped tails",
                report.cutTokens(),
                report.droppedTokens())),
        new Tile(
            "Quarantined",
            String.format(Locale.ROOT, "%,d", aside),
            String.format(Locale.ROOT, "of %,d records", report.records())),
        new Tile("Time", String.format(Locale.ROOT, "%,.0f s", seconds), "on the wall clock"));
  }
}
