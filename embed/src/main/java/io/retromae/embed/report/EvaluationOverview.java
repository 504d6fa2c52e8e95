package io.retromae.embed.report;

import io.retromae.core.page.Answer;
import io.retromae.core.page.Answer.Tone;
import io.retromae.embed.report.EvaluationReport.CompetitorLine;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who was measured on what, what came out, what to do next: the top of the page. */
final class EvaluationOverview {
  private static final int NAMED = 8;

  private final EvaluationReport report;

  private EvaluationOverview(EvaluationReport report) {
    this.report = report;
  }

  static List<Answer> answers(EvaluationReport report) {
    EvaluationOverview overview = new EvaluationOverview(report);
    return List.of(overview.what(), overview.result(), overview.next());
  }

  private Answer what() {
    return new Answer(
        "What was measured",
        Tone.PLAIN,
        Summary.count(report.competitors().size(), "competitor")
            + " on "
            + Summary.count(report.tasks().size(), "task")
            + ".",
        List.of(
            "Competitors: "
                + names(report.competitors().stream().map(CompetitorLine::name).toList()),
            "Tasks: " + names(report.tasks().stream().map(TaskResult::name).toList())));
  }

  private static String names(List<String> names) {
    if (names.isEmpty()) {
      return "none.";
    }
    int more = names.size() - NAMED;
    return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
        + (more > 0 ? ", and " + more + " more." : ".");
  }

  private Answer result() {
    List<String> more = new ArrayList<>();
    String against = Summary.against(report);
    if (!against.isEmpty()) {
      more.add(against);
    }
    if (!report.warnings().isEmpty()) {
      more.add(Summary.count(report.warnings().size(), "warning") + ", below.");
    }
    Tone tone =
        Summary.significant(report, -1) > 0 || !report.warnings().isEmpty()
            ? Tone.NOTE
            : Summary.significant(report, 1) > 0 ? Tone.GOOD : Tone.PLAIN;
    String headline =
        best()
            .map(
                row ->
                    "Best on average over its tasks: %s, %s."
                        .formatted(row.competitor(), Numbers.score(row.averages().overall())))
            .orElse("Nothing was scored.");
    return new Answer("What came out", tone, headline, more);
  }

  /** Of those that were scored on the most tasks, the one with the highest average. */
  private Optional<AverageRow> best() {
    return AverageRow.of(report).stream()
        .filter(row -> row.over().equals(AverageRow.ALL) && row.scored() > 0)
        .filter(row -> !Double.isNaN(row.averages().overall()))
        .max(
            Comparator.comparingInt(AverageRow::scored)
                .thenComparingDouble(row -> row.averages().overall()));
  }

  private Answer next() {
    String again = "submit/retromae evaluate --model MODEL --model OTHER --task TASK --output OUT";
    if (report.comparisons().isEmpty()) {
      return new Answer(
          "What to do next",
          Tone.PLAIN,
          "Compare it with another model, on the same tasks.",
          List.of(),
          List.of(again));
    }
    long better = Summary.significant(report, 1);
    long worse = Summary.significant(report, -1);
    String advice;
    if (better == 0 && worse == 0) {
      advice =
          "No difference can be told from chance: measure on more queries, or train differently.";
    } else if (worse == 0) {
      advice = "Use a competitor that is better; read its worst queries for what it still misses.";
    } else if (better == 0) {
      advice = "Keep " + report.baseline() + ": nothing is better, and something is worse.";
    } else {
      advice = "There are gains and losses: choose by the tasks that are most like yours.";
    }
    return new Answer(
        "What to do next",
        Tone.PLAIN,
        advice,
        List.of(),
        List.of("submit/retromae embed MODEL TEXTS OUT"));
  }
}
