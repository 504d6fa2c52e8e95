package io.retromae.training.report;

import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.config.Secrets;
import io.retromae.core.page.Answer;
import io.retromae.core.page.Chart;
import io.retromae.core.page.Chart.Scale;
import io.retromae.core.page.Chart.Unit;
import io.retromae.core.page.Html;
import io.retromae.core.page.Page;
import io.retromae.core.page.Series;
import io.retromae.core.page.Series.Kind;
import java.util.ArrayList;
import java.util.Comparator;
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
  private static final int MOST_BOXES = 4;

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

  /** Last parts of the paths, for each run as many as it takes to tell it apart. */
  private static List<String> names(List<Run> runs) {
    List<String> names = new ArrayList<>();
    for (Run run : runs) {
      int parts = 1;
      String name = run.lastParts(parts);
      while (!name.equals(run.path()) && isShared(name, parts, runs)) {
        parts++;
        name = run.lastParts(parts);
      }
      names.add(name);
    }
    return names;
  }

  private static boolean isShared(String name, int parts, List<Run> runs) {
    return runs.stream().filter(run -> run.lastParts(parts).equals(name)).count() > 1;
  }

  /** A box for each of a few runs, a line for each of many. */
  private void overview() {
    body.heading("Overview");
    List<Overview> overviews = runs.stream().map(run -> Overview.of(run, Checks.of(run))).toList();
    if (runs.size() > MOST_BOXES) {
      body.table(List.of("run", "<how it went", "<what was trained"));
      for (int i = 0; i < runs.size(); i++) {
        runCell(i);
        body.longCell(overviews.get(i).headline()).longCell(overviews.get(i).what().get(0));
        body.endRow();
      }
      body.endTable();
      return;
    }
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Overview overview = overviews.get(i);
      List<String> more =
          new ArrayList<>(overview.how().subList(0, Math.min(2, overview.how().size())));
      more.add(overview.what().get(0));
      answers.add(new Answer(names.get(i), overview.tone(), overview.headline(), more));
    }
    Answer.add(body, answers);
  }

  /** Begins a row with a run's name and colour. */
  private void runCell(int i) {
    body.row().raw("<td class=\"text\"><span class=\"swatch\" style=\"background:var(--c");
    body.raw(i % Page.COLOURS + ")\"></span> ").raw(Html.text(names.get(i))).raw("</td>");
  }

  private void figures() {
    Set<String> columns = new LinkedHashSet<>();
    List<Map<String, String>> rows = new ArrayList<>();
    for (Run run : runs) {
      Map<String, String> row = new LinkedHashMap<>();
      Figures.of(run).forEach(tile -> row.put(tile.name(), tile.value()));
      rows.add(row);
    }
    rows.stream() // the run with the most figures has them in the best order
        .sorted(Comparator.comparingInt((Map<String, String> row) -> row.size()).reversed())
        .forEach(row -> columns.addAll(row.keySet()));
    List<String> headings = new ArrayList<>(List.of("run"));
    headings.addAll(columns);
    body.heading("Figures").table(headings);
    Map<String, Integer> best = best();
    for (int i = 0; i < runs.size(); i++) {
      runCell(i);
      for (String column : columns) {
        boolean isBest = best.getOrDefault(column, -1) == i;
        body.raw(isBest ? "<td class=\"best\">" : "<td>");
        body.raw(Html.text(rows.get(i).getOrDefault(column, Words.NONE))).raw("</td>");
      }
      body.endRow();
    }
    body.endTable();
    body.note(
        "Bold: the best retrieval. Losses of runs with other objectives, masks or batches are no measure of each other; retrieval is, and how runs differ by chance only more seeds tell.");
  }

  /** Which run has the highest value, by the name of the figure; only of retrieval. */
  private Map<String, Integer> best() {
    Map<String, Integer> best = new LinkedHashMap<>();
    Map<String, Double> highest = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      RunMetrics metrics = runs.get(i).metrics();
      for (String key : Evaluations.mainKeys(metrics)) {
        String name = Evaluations.words(key);
        double value = metrics.curve(key).last();
        if (value > highest.getOrDefault(name, Double.NEGATIVE_INFINITY)) {
          highest.put(name, value);
          best.put(name, i);
        }
      }
    }
    return best;
  }

  /** Only those that differ, but for the folder that each run has of its own. */
  private void settings() {
    body.heading("Settings that differ");
    Set<String> paths = new LinkedHashSet<>();
    runs.forEach(run -> run.settings().forEach(setting -> paths.add(setting.path())));
    paths.remove("output");
    List<String> differing = paths.stream().filter(this::differs).toList();
    if (differing.isEmpty()) {
      body.empty("None, but for the folders.");
      return;
    }
    List<String> headings = new ArrayList<>(List.of("setting"));
    names.forEach(name -> headings.add("<" + name));
    body.table(headings);
    for (String path : differing) {
      body.row().cell(path);
      runs.forEach(run -> body.longCell(Secrets.shown(path, value(run, path))));
      body.endRow();
    }
    body.endTable();
  }

  /** A default that another build has not is no difference. */
  private boolean differs(String path) {
    List<ResolvedSetting> there =
        runs.stream().map(run -> setting(run, path)).flatMap(Optional::stream).toList();
    long values = there.stream().map(ResolvedSetting::value).distinct().count();
    boolean given = there.stream().anyMatch(setting -> !setting.origin().equals("default"));
    return values > 1 || there.size() < runs.size() && given;
  }

  private static Optional<ResolvedSetting> setting(Run run, String path) {
    return run.settings().stream().filter(setting -> setting.path().equals(path)).findFirst();
  }

  private static String value(Run run, String path) {
    return setting(run, path).map(ResolvedSetting::value).orElse(Words.NONE);
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
