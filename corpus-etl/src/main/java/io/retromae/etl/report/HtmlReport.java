package io.retromae.etl.report;

import io.retromae.core.display.Html;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Cost;
import io.retromae.etl.stage.StageCounts.Edit;
import io.retromae.etl.stage.StageCounts.Lengths;
import io.retromae.etl.stage.StageCounts.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The report as one HTML page that needs no network, for light and dark screens. */
public final class HtmlReport {
  private static final String STYLE = "report.css";

  private final EtlReport report;
  private final Html page = new Html();

  private HtmlReport(EtlReport report) {
    this.report = report;
  }

  /** The whole page. */
  public static String of(EtlReport report) {
    HtmlReport html = new HtmlReport(report);
    html.head();
    html.warnings();
    html.funnel();
    html.inputs();
    html.sources();
    html.reasons();
    html.edits();
    html.lengths();
    html.duplicates();
    html.contamination();
    html.asides();
    html.costs();
    return html.page.raw("</body></html>\n").toString();
  }

  private void head() {
    page.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .raw("<meta name=\"viewport\" content=\"width=device-width\">")
        .raw("<title>Corpus report</title><style>")
        .raw(css())
        .raw("</style></head><body><h1>Corpus report</h1>\n")
        .paragraph(report.refused().isEmpty() ? became() : "No corpus. " + report.refused());
  }

  private String became() {
    return "%,d records became %,d samples of %,d tokens in %,d shards; all counts add up."
        .formatted(report.records(), report.samples(), report.tokens(), report.shards());
  }

  private void warnings() {
    if (report.warnings().isEmpty()) {
      return;
    }
    page.heading("Warnings");
    for (EtlReport.Warning warning : report.warnings()) {
      page.details(warning.text(), warning.examples());
    }
  }

  private void inputs() {
    page.heading("Inputs");
    page.table(List.of("input", "records", "quarantined", "<reasons"));
    for (EtlReport.Input input : report.inputs()) {
      page.row().cell(input.setting()).cell("%,d".formatted(input.records()));
      page.cell("%,d".formatted(input.setAside()));
      page.textCell(Reasons.list(input.quarantined())).endRow();
    }
    page.endTable();
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(STYLE + ": " + e.getMessage(), e);
    }
  }

  private void funnel() {
    page.heading("Funnel");
    page.table(List.of("stage", "<left", "documents", "dropped", "MB", "million words"));
    List<EtlReport.Line> lines = report.funnelLines();
    double all = Math.max(1, lines.get(0).left().documents());
    for (EtlReport.Line line : lines) {
      Measure left = line.left();
      page.row().cell(line.stage()).barCell(left.documents() / all, false);
      page.cell("%,d".formatted(left.documents()));
      page.cell("%,d".formatted(line.dropped().documents()));
      page.cell("%,.1f".formatted(left.bytes() / 1e6));
      page.cell("%,.2f".formatted(left.words() / 1e6)).endRow();
    }
    page.endTable();
  }

  /** Documents read and packed by source and language. */
  private void sources() {
    page.heading("Sources and languages");
    Map<String, Row> packed = new TreeMap<>();
    List<Row> rows = report.counts().rows();
    rows.stream()
        .filter(row -> row.stage().equals(StageCounts.PACKED))
        .forEach(row -> packed.put(row.source() + '\t' + row.language(), row));
    page.table(List.of("source", "<language", "read", "MB", "packed", "MB", "tokens", "<kept"));
    for (Row row : rows) {
      if (row.stage().equals(StageCounts.READ)) {
        Row kept = packed.get(row.source() + '\t' + row.language());
        Measure out = kept == null ? Measure.NONE : kept.measure();
        source(row, out);
      }
    }
    page.endTable();
  }

  private void source(Row read, Measure kept) {
    page.row().cell(read.source()).textCell(read.language());
    page.cell("%,d".formatted(read.measure().documents()));
    page.cell("%,.2f".formatted(read.measure().bytes() / 1e6));
    page.cell("%,d".formatted(kept.documents())).cell("%,.2f".formatted(kept.bytes() / 1e6));
    page.cell("%,d".formatted(kept.tokens()));
    page.barCell((double) kept.documents() / read.measure().documents(), false).endRow();
  }

  private void reasons() {
    page.heading("Why documents were dropped");
    boolean none = true;
    for (Row row : report.counts().rows()) {
      if (!row.examples().isEmpty()) {
        none = false;
        String summary =
            "%s: %s, %s (%s): %,d documents, %,.2f MB"
                .formatted(
                    row.stage(),
                    row.reason(),
                    row.source(),
                    row.language(),
                    row.measure().documents(),
                    row.measure().bytes() / 1e6);
        page.details(
            summary, row.examples().stream().map(e -> e.documentId() + "  " + e.text()).toList());
      }
    }
    if (none) {
      page.empty("No document was dropped.");
    }
  }

  private void edits() {
    page.heading("Changes within documents");
    if (report.counts().edits().isEmpty()) {
      page.empty("None.");
      return;
    }
    page.table(List.of("stage", "<source", "<what", "count"));
    for (Edit edit : report.counts().edits()) {
      page.row().cell(edit.stage()).textCell(edit.source()).textCell(edit.kind());
      page.cell("%,d".formatted(edit.count())).endRow();
    }
    page.endTable();
  }

  private void lengths() {
    page.heading("Lengths of documents, before and after");
    if (report.counts().lengths().isEmpty()) {
      page.empty("No document.");
    }
    for (Lengths lengths : report.counts().lengths()) {
      page.raw("<details><summary>")
          .raw(Html.escape(lengths.stage() + ": " + lengths.source()))
          .raw("</summary>");
      histogram(lengths.documents());
      page.raw("</details>\n");
    }
  }

  private void histogram(List<Long> bins) {
    double highest = Math.max(1, bins.stream().mapToLong(Long::longValue).max().orElse(1));
    page.table(List.of("bytes", "<documents", ""));
    for (int bin = 0; bin < bins.size(); bin++) {
      if (bins.get(bin) > 0) {
        page.row().cell("from %,d".formatted(1L << bin)).barCell(bins.get(bin) / highest, false);
        page.cell("%,d".formatted(bins.get(bin))).endRow();
      }
    }
    page.endTable();
  }

  private void duplicates() {
    page.heading("Duplicates");
    if (report.duplicates().isEmpty()) {
      page.empty("Deduplication was off.");
    }
    page.table(List.of("what", "count"));
    report
        .duplicates()
        .forEach((name, count) -> page.row().cell(name).cell("%,d".formatted(count)).endRow());
    page.endTable();
    for (EtlReport.Cluster cluster : report.clusters()) {
      page.details(
          "%s of %,d documents".formatted(cluster.kind(), cluster.documents()), cluster.examples());
    }
  }

  private void contamination() {
    page.heading("Contamination by benchmarks");
    if (report.contamination().isEmpty()) {
      page.empty("No benchmark was given, or none was hit.");
      return;
    }
    page.table(List.of("task", "documents hit", "dropped", "sentences removed", "common, ignored"));
    for (EtlReport.Contamination task : report.contamination()) {
      page.row().cell(task.task()).cell("%,d".formatted(task.documents()));
      page.cell("%,d".formatted(task.dropped())).cell("%,d".formatted(task.sentences()));
      page.cell("%,d".formatted(task.ignored())).endRow();
    }
    page.endTable();
  }

  private void asides() {
    page.heading("Quarantined, repaired, skipped");
    page.table(List.of("what", "count"));
    new TreeMap<>(report.quarantined()).forEach((k, v) -> aside("quarantined: " + k, v));
    new TreeMap<>(report.notes()).forEach((k, v) -> aside("note: " + k, v));
    page.endTable();
    report.badFiles().forEach(page::paragraph);
    report.skippedFiles().forEach(file -> page.paragraph("not read: " + file));
  }

  private void aside(String name, long count) {
    page.row().cell(name).cell("%,d".formatted(count)).endRow();
  }

  private void costs() {
    page.heading("Time");
    List<Cost> costs = report.counts().costs();
    double most = costs.stream().mapToDouble(Cost::cpuSeconds).max().orElse(1);
    page.table(List.of("stage", "<", "CPU seconds", "MB", "MB/core-s"));
    for (Cost cost : costs) {
      page.row().cell(cost.stage()).barCell(cost.cpuSeconds() / Math.max(1e-9, most), false);
      page.cell("%.2f".formatted(cost.cpuSeconds()));
      page.cell("%,.1f".formatted(cost.bytes() / 1e6));
      double rate = cost.bytes() / 1e6 / Math.max(1e-9, cost.cpuSeconds());
      page.cell("%,.1f".formatted(rate)).endRow();
    }
    page.endTable().table(List.of("phase", "seconds on the wall clock"));
    for (EtlReport.Phase phase : report.phases()) {
      page.row().cell(phase.name()).cell("%.2f".formatted(phase.seconds())).endRow();
    }
    page.endTable();
  }
}
