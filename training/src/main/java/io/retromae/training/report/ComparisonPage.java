package io.retromae.training.report;

import io.retromae.core.config.Secrets;
import io.retromae.core.page.Answer;
import io.retromae.core.page.Chart;
import io.retromae.core.page.Chart.Scale;
import io.retromae.core.page.Chart.Unit;
import io.retromae.core.page.Html;
import io.retromae.core.page.Page;
import io.retromae.core.page.Series;
import io.retromae.core.page.Series.Kind;
import io.retromae.core.page.Tile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Several runs on one page: curves over each other, figures beside each other. */
final class ComparisonPage {
  private static final int MOST_CHARTS = 40;

  private final List<Run> runs;
  private final List<String> names;
  private final Page page;
  private final Html body;

  private ComparisonPage(List<Run> runs) {
    this.runs = runs;
    this.names = names(runs);
    this.page = new Page(runs.size() + " training runs", String.join(", ", names));
    this.body = page.body();
  }

  /** The whole page. */
  static String of(List<Run> runs) {
    ComparisonPage made = new ComparisonPage(runs);
    made.overview();
    made.figures();
    made.settings();
    made.charts();
    return made.page.toString();
  }

  /** Last parts of the paths, as many as it takes to tell them apart. */
  private static List<String> names(List<Run> runs) {
    List<String> names = runs.stream().map(Run::name).toList();
    if (Set.copyOf(names).size() == names.size()) {
      return names;
    }
    return runs.stream().map(Run::path).toList();
  }

  private void overview() {
    body.heading("Overview");
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Overview overview = Overview.of(runs.get(i), Checks.of(runs.get(i)));
      List<String> more =
          new ArrayList<>(overview.how().subList(0, Math.min(2, overview.how().size())));
      more.add(overview.what().get(0));
      answers.add(new Answer(names.get(i), overview.tone(), overview.headline(), more));
    }
    Answer.add(body, answers);
  }

  private List<String> headings(String first) {
    List<String> headings = new ArrayList<>(List.of(first));
    headings.addAll(names);
    return headings;
  }

  private void figures() {
    body.heading("Figures").table(headings("figure"));
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      for (Tile figure : Figures.of(runs.get(i))) {
        List<String> row =
            rows.computeIfAbsent(
                figure.name(),
                name -> new ArrayList<>(Collections.nCopies(runs.size(), Words.NONE)));
        row.set(i, figure.value());
      }
    }
    rows.forEach(
        (name, values) -> {
          body.row().cell(name);
          values.forEach(body::cell);
          body.endRow();
        });
    body.endTable();
    body.note(
        "Losses of runs with other objectives, masks or batches are no measure of each other; retrieval is.");
  }

  /** Only those that differ, but for the folder that each run has of its own. */
  private void settings() {
    body.heading("Settings that differ");
    Set<String> paths = new LinkedHashSet<>();
    runs.forEach(run -> run.settings().forEach(setting -> paths.add(setting.path())));
    paths.remove("output");
    List<String> differing =
        paths.stream()
            .filter(path -> runs.stream().map(run -> value(run, path)).distinct().count() > 1)
            .toList();
    if (differing.isEmpty()) {
      body.empty("None, but for the folders.");
      return;
    }
    List<String> headings = new ArrayList<>(List.of("setting"));
    names.forEach(name -> headings.add("<" + name));
    body.table(headings);
    for (String path : differing) {
      body.row().cell(path);
      runs.forEach(run -> body.longCell(Secrets.shown(path, value(run, path).orElse(Words.NONE))));
      body.endRow();
    }
    body.endTable();
  }

  private static Optional<String> value(Run run, String path) {
    return run.settings().stream()
        .filter(setting -> setting.path().equals(path))
        .map(setting -> setting.value())
        .findFirst();
  }

  private void charts() {
    for (int i = 0; i < runs.size(); i++) {
      page.clock(names.get(i), runs.get(i).metrics().seconds().ends(), List.of());
    }
    body.heading("Losses");
    page.axisChoice();
    page.charts(List.of(chart("Loss", "loss", true), chart("Held-out loss", "eval_loss", false)));
    List<Chart> terms =
        of(key -> key.endsWith("_loss") && !key.startsWith(RunMetrics.EVALUATION), true);
    page.charts(terms.size() > 1 ? terms : List.of()); // a single term is the loss
    body.heading("Evaluation");
    List<Chart> evaluation = of(Evaluations::isRetrieval, false);
    page.charts(
        evaluation.isEmpty() ? List.of(chart("Retrieval", "eval_probe", false)) : evaluation);
    body.heading("Optimizer");
    page.charts(
        List.of(chart("Learning rate", "lr", false), chart("Gradient norm", "grad_norm", true)));
    body.heading("Speed and memory");
    page.charts(
        List.of(
            chart("Tokens per second", "tokens_per_s", true),
            chart("Model FLOP utilisation", "mfu", true),
            chart("Memory (process)", "rss_mb", true)));
  }

  private List<Chart> of(Predicate<String> which, boolean smooth) {
    Set<String> keys = new LinkedHashSet<>();
    runs.forEach(run -> run.metrics().keys().stream().filter(which).forEach(keys::add));
    return keys.stream()
        .limit(MOST_CHARTS)
        .map(
            key ->
                chart(
                    key.startsWith(RunMetrics.EVALUATION)
                        ? Evaluations.words(key)
                        : key.replace('_', ' '),
                    key,
                    smooth))
        .toList();
  }

  private Chart chart(String title, String key, boolean smooth) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Curve curve = runs.get(i).metrics().curve(key);
      boolean evaluated = key.startsWith(RunMetrics.EVALUATION);
      if (smooth) {
        series.add(new Series(names.get(i), Kind.FAINT, i, i, curve.extremes()));
      }
      series.add(
          new Series(
              names.get(i),
              evaluated ? Kind.DOTS : Kind.LINE,
              i,
              i,
              smooth ? curve.smoothed() : curve.extremes()));
    }
    Unit unit =
        key.equals("mfu") ? Unit.PERCENT : key.endsWith("_mb") ? Unit.MEGABYTES : Unit.PLAIN;
    return new Chart(title, "", "", unit, Scale.FITTED, series);
  }
}
