package io.retromae.embed.report;

import io.retromae.core.page.Html;
import io.retromae.embed.report.EvaluationReport.Document;
import io.retromae.embed.report.EvaluationReport.Query;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import io.retromae.embed.report.EvaluationReport.WorstQueries;
import java.util.List;
import java.util.Locale;

/** The queries that went worst: what was asked, what was wanted, what came first. */
final class WorstSection {
  private WorstSection() {}

  static void add(Html page, EvaluationReport report) {
    page.heading("Worst queries");
    boolean none = true;
    for (TaskResult task : report.tasks()) {
      for (WorstQueries worst : task.worst()) {
        none = false;
        page.raw("<details><summary>")
            .raw(
                Html.text(
                    String.format(
                        Locale.ROOT,
                        "%s, %s: %d with the lowest %s",
                        task.name(),
                        worst.competitor(),
                        worst.queries().size(),
                        worst.metric())))
            .raw("</summary>\n");
        worst.queries().forEach(query -> query(page, query, worst.metric()));
        page.raw("</details>\n");
      }
    }
    if (none) {
      page.empty("No task has single queries to show.");
    }
  }

  private static void query(Html page, Query query, String metric) {
    page.raw("<div class=\"query\"><p class=\"passage asked\">")
        .raw(PageTexts.passage(query.text()));
    page.raw("</p><p class=\"tag\">")
        .raw(Html.text(query.id() + ", " + metric + " " + Numbers.score(query.value())))
        .raw("</p>\n<p>Wanted</p>");
    list(page, "ul", query.wanted());
    page.raw("<p>Came first</p>");
    list(page, "ol", query.found());
    page.raw("</div>\n");
  }

  private static void list(Html page, String list, List<Document> documents) {
    if (documents.isEmpty()) {
      page.empty("Nothing.");
      return;
    }
    page.raw("<" + list + ">\n");
    for (Document document : documents) {
      page.raw("<li><span class=\"passage\">").raw(PageTexts.passage(document.text()));
      page.raw("</span> <span class=\"tag\">").raw(Html.text(document.id())).raw(", ");
      page.raw(document.rank().map(rank -> "rank " + rank).orElse("not returned"));
      if (document.grade() >= 1) {
        page.raw(", <span class=\"right\">relevant, grade " + document.grade() + "</span>");
      }
      page.raw("</span></li>\n");
    }
    page.raw("</" + list + ">\n");
  }
}
