package io.retromae.etl.report;

import io.retromae.core.page.Answer;
import io.retromae.core.page.Html;
import io.retromae.core.page.Page;
import io.retromae.core.page.Tile;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Cost;
import io.retromae.etl.stage.StageCounts.Edit;
import io.retromae.etl.stage.StageCounts.Lengths;
import io.retromae.etl.stage.StageCounts.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The report as one page: what stands out first, then where every record went. */
public final class HtmlReport {
  private final EtlReport report;
  private final Page frame;
  private final Html page;

  private HtmlReport(EtlReport report) {
    this.report = report;
    this.frame = new Page("Corpus report", "");
    this.page = frame.body();
  }

  /** The whole page. */
  public static String of(EtlReport report) {
    HtmlReport html = new HtmlReport(report);
    html.overview();
    html.funnel();
    DropSection.add(html.page, report);
    html.sources();
    html.inputs();
    html.edits();
    html.lengths();
    html.duplicates();
    html.contamination();
    html.asides();
    html.costs();
    return html.frame.toString();
  }

  private void overview() {
    page.heading("Overview");
    Answer.add(page, CorpusOverview.answers(report));
    Tile.add(page, CorpusOverview.tiles(report));
    for (EtlReport.Warning warning : report.warnings()) {
      page.raw("<div class=\"warning\">").details(warning.text(), warning.examples());
      page.raw("</div>\n");
    }
  }

  private void inputs() {
    page.heading("Inputs");
    page.table(List.of("input", "records", "quarantined", "<reasons"));
    for (EtlReport.Input input : report.inputs()) {
      page.row().longCell(input.setting()).cell(input.records());
      page.cell(input.setAside());
      page.textCell(Reasons.list(input.quarantined())).endRow();
    }
    page.endTable();
  }

  private void funnel() {
    page.heading("Funnel");
    page.table(List.of("stage", "<left", "documents", "dropped", "MB", "million words"));
    List<EtlReport.Line> lines = report.funnelLines();
    double all = Math.max(1, lines.get(0).left().documents());
    for (EtlReport.Line line : lines) {
      Measure left = line.left();
      page.row().cell(line.stage()).barCell(left.documents() / all, false);
      page.cell(left.documents());
      page.cell(line.dropped().documents());
      page.cell(String.format(Locale.ROOT, "%,.1f", left.bytes() / 1e6));
      page.cell(String.format(Locale.ROOT, "%,.2f", left.words() / 1e6)).endRow();
    }
    page.endTable();
  }

  /** Documents read and packed by source and language, the largest first. */
  private void sources() {
    page.heading("Sources and languages");
    Map<String, Row> packed = new TreeMap<>();
    List<Row> rows = report.counts().rows();
    rows.stream()
        .filter(row -> row.stage().equals(StageCounts.PACKED))
        .forEach(row -> packed.put(row.source() + '\t' + row.language(), row));
    page.table(List.of("source", "<language", "read", "MB", "packed", "MB", "tokens", "<kept"));
    rows.stream()
        .filter(row -> row.stage().equals(StageCounts.READ))
        .sorted(Comparator.comparingLong((Row row) -> row.measure().bytes()).reversed())
        .forEach(
            row -> {
              Row kept = packed.get(row.source() + '\t' + row.language());
              source(row, kept == null ? Measure.NONE : kept.measure());
            });
    page.endTable();
  }

  private void source(Row read, Measure kept) {
    page.row().longCell(read.source()).textCell(read.language());
    page.cell(read.measure().documents());
    page.cell(String.format(Locale.ROOT, "%,.2f", read.measure().bytes() / 1e6));
    page.cell(kept.documents()).cell(String.format(Locale.ROOT, "%,.2f", kept.bytes() / 1e6));
    page.cell(kept.tokens());
    page.barCell((double) kept.documents() / read.measure().documents(), false).endRow();
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
      page.cell(edit.count()).endRow();
    }
    page.endTable();
  }

  private void lengths() {
    page.heading("Lengths of documents, before and after");
    if (report.counts().lengths().isEmpty()) {
      page.empty("No document.");
    }
    for (Lengths lengths : report.counts().lengths()) {
      page.openDetails(lengths.stage() + ": " + lengths.source());
      histogram(lengths.documents());
      page.endDetails();
    }
  }

  private void histogram(List<Long> bins) {
    double highest = Math.max(1, bins.stream().mapToLong(Long::longValue).max().orElse(1));
    page.table(List.of("bytes", "<documents", ""));
    for (int bin = 0; bin < bins.size(); bin++) {
      if (bins.get(bin) > 0) {
        page.row()
            .cell(String.format(Locale.ROOT, "from %,d", 1L << bin))
            .barCell(bins.get(bin) / highest, false);
        page.cell(bins.get(bin)).endRow();
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
    report.duplicates().forEach((name, count) -> page.row().cell(name).cell(count).endRow());
    page.endTable();
    for (EtlReport.Cluster cluster : report.clusters()) {
      page.details(
          String.format(Locale.ROOT, "%s of %,d documents", cluster.kind(), cluster.documents()),
          cluster.examples());
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
      page.row().cell(task.task()).cell(task.documents());
      page.cell(task.dropped()).cell(task.sentences());
      page.cell(task.ignored()).endRow();
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
    page.row().cell(name).cell(count).endRow();
  }

  private void costs() {
    page.heading("Time");
    List<Cost> costs = report.counts().costs();
    double most = costs.stream().mapToDouble(Cost::cpuSeconds).max().orElse(1);
    page.table(List.of("stage", "<", "CPU seconds", "MB", "MB/core-s"));
    for (Cost cost : costs) {
      page.row().cell(cost.stage()).barCell(cost.cpuSeconds() / Math.max(1e-9, most), false);
      page.cell(String.format(Locale.ROOT, "%.2f", cost.cpuSeconds()));
      page.cell(String.format(Locale.ROOT, "%,.1f", cost.bytes() / 1e6));
      double rate = cost.bytes() / 1e6 / Math.max(1e-9, cost.cpuSeconds());
      page.cell(String.format(Locale.ROOT, "%,.1f", rate)).endRow();
    }
    page.endTable().table(List.of("phase", "seconds on the wall clock"));
    for (EtlReport.Phase phase : report.phases()) {
      page.row()
          .cell(phase.name())
          .cell(String.format(Locale.ROOT, "%.2f", phase.seconds()))
          .endRow();
    }
    page.endTable();
  }
}
