package io.retromae.etl.report;

import io.retromae.core.display.Displayed;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Row;
import java.util.Locale;
import java.util.TreeMap;

/** The report as Markdown, for terminals and code reviews. */
public final class MarkdownReport {
  private final EtlReport report;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(EtlReport report) {
    this.report = report;
  }

  /** The whole report. */
  public static String of(EtlReport report) {
    MarkdownReport markdown = new MarkdownReport(report);
    markdown
        .out
        .append("# Corpus report\n\n```\n")
        .append(Displayed.lines(report.funnel()))
        .append("```\n");
    markdown.warnings();
    markdown.inputs();
    markdown.bySource();
    markdown.edits();
    markdown.asides();
    markdown.duplicates();
    markdown.contamination();
    markdown.costs();
    markdown.examples();
    return markdown.out.toString();
  }

  private void warnings() {
    if (!report.refused().isEmpty()) {
      out.append("\n## No corpus\n\n");
      report.refused().lines().forEach(this::item);
    }
    if (!report.warnings().isEmpty()) {
      out.append("\n## Warnings\n\n");
    }
    for (EtlReport.Warning warning : report.warnings()) {
      item(warning.text());
      warning.examples().forEach(text -> out.append("  - ").append(excerpt(text)).append('\n'));
    }
  }

  private void inputs() {
    out.append("\n## By input\n\n| input | records | quarantined | reasons |\n|---|---|---|---|\n");
    for (EtlReport.Input input : report.inputs()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %,d | %s |\n",
              Displayed.markdown(input.setting()),
              input.records(),
              input.setAside(),
              Displayed.markdown(Reasons.list(input.quarantined()))));
    }
  }

  private void bySource() {
    out.append("\n## By source and language\n\n");
    out.append("| stage | source | language | reason | documents | MB | words | tokens |\n");
    out.append("|---|---|---|---|---|---|---|---|\n");
    for (Row row : report.counts().rows()) {
      Measure measure = row.measure();
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %,d | %.2f | %,d | %,d |\n",
              Displayed.markdown(row.stage()),
              Displayed.markdown(row.source()),
              row.language(),
              Displayed.markdown(row.reason()),
              measure.documents(),
              measure.bytes() / 1e6,
              measure.words(),
              measure.tokens()));
    }
  }

  private void edits() {
    out.append("\n## Changes within documents\n\n| stage | source | what | count |\n");
    out.append("|---|---|---|---|\n");
    for (StageCounts.Edit edit : report.counts().edits()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %,d |\n",
              Displayed.markdown(edit.stage()),
              Displayed.markdown(edit.source()),
              Displayed.markdown(edit.kind()),
              edit.count()));
    }
  }

  private void asides() {
    out.append("\n## Quarantined\n\n");
    new TreeMap<>(report.quarantined())
        .forEach((k, v) -> item(String.format(Locale.ROOT, "%s: %,d", k, v)));
    new TreeMap<>(report.notes())
        .forEach((k, v) -> item(String.format(Locale.ROOT, "(note) %s: %,d", k, v)));
    report.badFiles().forEach(file -> item("bad file: " + file));
    report.skippedFiles().forEach(file -> item("not read: " + file));
  }

  private void duplicates() {
    out.append("\n## Duplicates\n\n");
    report
        .duplicates()
        .forEach((name, count) -> item(String.format(Locale.ROOT, "%s: %,d", name, count)));
    for (EtlReport.Cluster cluster : report.clusters()) {
      item(
          String.format(
              Locale.ROOT, "%s of %,d documents such as", cluster.kind(), cluster.documents()));
      cluster.examples().forEach(text -> out.append("  - ").append(excerpt(text)).append('\n'));
    }
  }

  private void contamination() {
    out.append("\n## Contamination\n\n");
    for (EtlReport.Contamination task : report.contamination()) {
      item(
          String.format(
              Locale.ROOT,
              "%s: %,d documents hit, %,d dropped, %,d sentences removed, %,d common phrases ignored",
              task.task(),
              task.documents(),
              task.dropped(),
              task.sentences(),
              task.ignored()));
    }
  }

  private void costs() {
    out.append("\n## Costs\n\n| stage | CPU seconds | MB | MB/core-s |\n|---|---|---|---|\n");
    for (StageCounts.Cost cost : report.counts().costs()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %.1f | %.1f |\n",
              cost.stage(),
              cost.cpuSeconds(),
              cost.bytes() / 1e6,
              cost.bytes() / 1e6 / Math.max(1e-9, cost.cpuSeconds())));
    }
    out.append('\n');
    for (EtlReport.Phase phase : report.phases()) {
      item(
          String.format(
              Locale.ROOT, "%s: %.2f s on the wall clock", phase.name(), phase.seconds()));
    }
  }

  private void examples() {
    out.append("\n## Examples of dropped documents\n\n");
    for (Row row : report.counts().rows()) {
      if (row.examples().isEmpty()) {
        continue;
      }
      out.append("### ")
          .append(
              Displayed.markdown("%s: %s (%s)".formatted(row.stage(), row.reason(), row.source())))
          .append("\n\n");
      row.examples().forEach(e -> line(Displayed.code(e.documentId()) + " " + excerpt(e.text())));
      out.append('\n');
    }
  }

  /** Names and texts in it may come from anybody. */
  private void item(String text) {
    line(Displayed.markdown(text));
  }

  private void line(String markdown) {
    out.append("- ").append(markdown).append('\n');
  }

  private static String excerpt(String text) {
    return Displayed.markdown(text.replace('\n', ' ').strip());
  }
}
