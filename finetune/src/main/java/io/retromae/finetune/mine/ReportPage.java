package io.retromae.finetune.mine;

import static io.retromae.core.display.Displayed.markdown;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as Markdown. */
final class ReportPage {
  private final StringBuilder out = new StringBuilder();

  private ReportPage() {}

  static String of(MiningReport report, String model) {
    ReportPage page = new ReportPage();
    page.line("# Mined negatives\n");
    page.line("Encoder: " + markdown(model) + "\n");
    summary(report).forEach(line -> page.line("- " + line));
    page.counts("Lines that were taken after a change, or look odd", report.treated());
    page.counts("Left out", report.refused());
    page.counts("Documents of the windows that could not be negatives", report.dropped());
    page.scores(report);
    page.examples(report.examples());
    return page.out.toString();
  }

  /** What a run has done, in some lines. */
  static List<String> summary(MiningReport report) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d lines, %,d different queries, %,d documents searched%s",
            report.lines(),
            report.queries(),
            report.documents(),
            report.positivesOutside() == 0
                ? ""
                : String.format(
                    Locale.ROOT, ", %,d positives not among them", report.positivesOutside())),
        String.format(
            Locale.ROOT,
            "%,d of %,d documents in the windows may be negatives; %s",
            report.left(),
            report.looked(),
            reasons(report.dropped())),
        String.format(
            Locale.ROOT,
            "%,d negatives%s; %,d queries have fewer than asked for, %,d of them none%s",
            report.negatives(),
            report.filled() == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d of them drawn to fill up", report.filled()),
            report.shortQueries(),
            report.emptyQueries(),
            report.notFilled() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; for %,d of them too few of those drawn are far enough",
                    report.notFilled())),
        String.format(
            Locale.ROOT,
            "cosines on average: lowest positive %.3f, negative %.3f, gap %.3f",
            report.lowestPositive().mean(),
            report.negativeScore().mean(),
            report.gap().mean()));
  }

  private static String reasons(Map<String, Long> dropped) {
    StringBuilder words = new StringBuilder();
    dropped.forEach(
        (why, count) ->
            words
                .append(words.isEmpty() ? "" : ", ")
                .append(String.format(Locale.ROOT, "%s %,d", why.replace('_', ' '), count)));
    return words.isEmpty() ? "none was dropped" : "dropped: " + words;
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void counts(String heading, Map<String, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    line("\n## " + heading + "\n");
    line("| what | how often |\n|---|---|");
    counts.forEach((what, count) -> line(String.format(Locale.ROOT, "| %s | %,d |", what, count)));
  }

  private void scores(MiningReport report) {
    line("\n## Cosines\n");
    line("| | count | mean | least | 5 % | 25 % | median | 75 % | 95 % | most |");
    line("|---|---|---|---|---|---|---|---|---|---|");
    row("p, lowest positive of a query", report.lowestPositive());
    row("s, mined negative", report.negativeScore());
    row("gap p - s", report.gap());
  }

  private void row(String name, ScoreSums.Distribution of) {
    StringBuilder cells = new StringBuilder();
    cells.append(String.format(Locale.ROOT, "| %s | %,d", name, of.count()));
    cells.append(String.format(Locale.ROOT, " | %.3f | %.3f", of.mean(), of.min()));
    of.quantiles().forEach(q -> cells.append(String.format(Locale.ROOT, " | %.3f", q)));
    cells.append(String.format(Locale.ROOT, " | %.3f |", of.max()));
    line(cells.toString());
  }

  private void examples(List<MiningReport.Example> examples) {
    line("\n## Examples");
    for (MiningReport.Example example : examples) {
      line(
          String.format(
              Locale.ROOT,
              "\n**%s** (lowest positive %.3f)\n",
              markdown(example.query()),
              example.lowestPositive()));
      example.negatives().forEach(text -> item("negative", text));
      example.suspects().forEach(text -> item("too close", text));
    }
  }

  private void item(String what, MiningReport.Scored text) {
    line(String.format(Locale.ROOT, "- %s %.3f: %s", what, text.score(), markdown(text.text())));
  }
}
