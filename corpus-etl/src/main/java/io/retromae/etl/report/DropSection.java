package io.retromae.etl.report;

import io.retromae.core.page.Html;
import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why documents were dropped: reasons over all sources, the largest first, each with examples. */
final class DropSection {
  private DropSection() {}

  /**
   * A reason.
   *
   * @param stage that gives it
   * @param reason in the stage's words
   * @param rows of each source and language
   */
  record Reason(String stage, String reason, List<Row> rows) {
    Measure measure() {
      return rows.stream().map(Row::measure).reduce(Measure.NONE, Measure::plus);
    }
  }

  /** All reasons, the one with the most documents first. */
  static List<Reason> reasons(EtlReport report) {
    Map<List<String>, List<Row>> byReason = new LinkedHashMap<>();
    for (Row row : report.counts().rows()) {
      boolean dropped = report.stages().contains(row.stage()) && row.measure().documents() > 0;
      if (dropped) {
        byReason
            .computeIfAbsent(List.of(row.stage(), row.reason()), key -> new ArrayList<>())
            .add(row);
      }
    }
    List<Reason> reasons = new ArrayList<>();
    byReason.forEach((key, rows) -> reasons.add(new Reason(key.get(0), key.get(1), rows)));
    reasons.sort(
        Comparator.comparingLong((Reason reason) -> reason.measure().documents()).reversed());
    return reasons;
  }

  static void add(Html page, EtlReport report) {
    page.heading("Why documents were dropped");
    List<Reason> reasons = reasons(report);
    if (reasons.isEmpty()) {
      page.empty("No document was dropped.");
      return;
    }
    double read = Math.max(1, report.counts().documents(StageCounts.READ));
    double most = Math.max(1, reasons.get(0).measure().documents());
    page.table(List.of("stage", "<reason", "documents", "of all read", "<", "MB", "<most of"));
    for (Reason reason : reasons) {
      long documents = reason.measure().documents();
      page.row().cell(reason.stage()).textCell(reason.reason()).cell(documents);
      page.cell(String.format(Locale.ROOT, "%.1f %%", 100 * documents / read))
          .barCell(documents / most, true);
      page.cell(String.format(Locale.ROOT, "%,.2f", reason.measure().bytes() / 1e6));
      page.longCell(largest(reason)).endRow();
    }
    page.endTable();
    page.subheading("Examples", "the same order");
    reasons.forEach(reason -> examples(page, reason));
  }

  private static List<Row> bySize(Reason reason) {
    return reason.rows().stream()
        .sorted(Comparator.comparingLong((Row row) -> row.measure().documents()).reversed())
        .toList();
  }

  private static String largest(Reason reason) {
    Row row = bySize(reason).get(0);
    return String.format(
        Locale.ROOT, "%s (%s) %,d", row.source(), row.language(), row.measure().documents());
  }

  private static void examples(Html page, Reason reason) {
    for (Row row : bySize(reason)) {
      if (!row.examples().isEmpty()) {
        String summary =
            String.format(
                Locale.ROOT,
                "%s: %s, %s (%s): %,d documents, %,.2f MB",
                row.stage(),
                row.reason(),
                row.source(),
                row.language(),
                row.measure().documents(),
                row.measure().bytes() / 1e6);
        page.details(summary, row.examples().stream().map(DropSection::quote).toList());
      }
    }
  }

  private static String quote(Example example) {
    return example.documentId() + "  " + example.text();
  }
}
