package io.retromae.training.report;

import io.retromae.core.page.Chart;
import io.retromae.core.page.Chart.Scale;
import io.retromae.core.page.Chart.Unit;
import io.retromae.core.page.Point;
import io.retromae.core.page.Series;
import io.retromae.core.page.Series.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The charts of one run. Those that every run should have are there without data, too. */
final class RunCharts {
  private static final String LOSS = "loss";
  private static final String OF_TERM = "_loss";
  private static final String GAUGE = "batch_";

  /** Figures that have charts of their own, or say nothing as a curve. */
  private static final Set<String> KNOWN =
      Set.of(
          LOSS,
          "epoch",
          "lr",
          "grad_norm",
          "skipped_steps",
          "tokens",
          "samples",
          "tokens_per_s",
          "rows_per_s",
          "mfu",
          "data_wait_ms",
          "compute_ms",
          "communication_ms",
          "idle_ms",
          "slowest_rank",
          "slowest_pct");

  private static final int MOST_OTHERS = 24;
  private static final double WIDE = 50;

  private final Run run;
  private final RunMetrics metrics;
  private final int clock;

  /**
   * Charts.
   *
   * @param clock of the page
   */
  RunCharts(Run run, int clock) {
    this.run = run;
    this.metrics = run.metrics();
    this.clock = clock;
  }

  /** Loss, its terms, what the batch shows. */
  List<Chart> losses() {
    List<Chart> charts = new ArrayList<>();
    charts.add(loss("Loss", List.of(LOSS)));
    List<String> terms =
        metrics.keys().stream()
            .filter(key -> key.endsWith(OF_TERM) && !key.startsWith(RunMetrics.EVALUATION))
            .toList();
    if (terms.size() > 1) {
      charts.add(loss("Loss by term", terms));
    }
    List<String> gauges = metrics.keys().stream().filter(key -> key.startsWith(GAUGE)).toList();
    if (!gauges.isEmpty()) {
      List<Series> series = new ArrayList<>();
      for (String key : gauges) {
        smooth(series, key.substring(GAUGE.length()).replace('_', ' '), key, series.size() / 2);
      }
      charts.add(
          new Chart(
              "In the batch",
              "",
              "Of the training batch itself. An accuracy of 1 from the start means negatives that are too easy.",
              Unit.PLAIN,
              Scale.FITTED,
              series));
    }
    return charts;
  }

  private Chart loss(String title, List<String> keys) {
    List<Series> series = new ArrayList<>();
    boolean heldOut = false;
    for (String key : keys) {
      int colour = keys.indexOf(key);
      String name = key.equals(LOSS) ? "train" : key.substring(0, key.length() - OF_TERM.length());
      smooth(series, name, key, colour);
      Curve evaluated = metrics.curve(RunMetrics.EVALUATION + key);
      if (!evaluated.isEmpty()) {
        heldOut = true;
        String held = keys.size() > 1 ? name + ", held out" : "held out";
        series.add(new Series(held, Kind.DOTS, colour + keys.size(), clock, evaluated.extremes()));
      }
    }
    Curve first = metrics.curve(keys.get(0));
    String now =
        keys.size() == 1 && !first.isEmpty() ? Words.figure(first.lately()) + " lately" : "";
    String note =
        "Faint as logged, bold smoothed"
            + (heldOut
                ? ", dots on held-out texts."
                : metrics.curve(RunMetrics.EVALUATION + LOSS).isEmpty()
                    ? "; nothing held out was measured."
                    : ".");
    return new Chart(title, now, note, Unit.PLAIN, Scale.FITTED, series);
  }

  /** Adds a curve as it is, and smoothed. */
  private void smooth(List<Series> series, String name, String key, int colour) {
    Curve curve = metrics.curve(key);
    series.add(new Series(name, Kind.FAINT, colour, clock, curve.extremes()));
    series.add(new Series(name, Kind.LINE, colour, clock, curve.smoothed()));
  }

  /** Rate and gradients. */
  List<Chart> optimizer() {
    Curve rate = metrics.curve("lr");
    List<Chart> charts = new ArrayList<>();
    charts.add(
        new Chart(
            "Learning rate",
            rate.isEmpty() ? "" : "highest " + Words.figure(rate.highest().y()),
            "",
            Unit.PLAIN,
            Scale.FROM_ZERO,
            List.of(new Series("learning rate", Kind.LINE, 0, clock, rate.extremes()))));
    Curve norm = metrics.curve("grad_norm");
    List<Series> series = new ArrayList<>();
    smooth(series, "gradient norm", "grad_norm", 0);
    limit("optimizer.max_grad_norm")
        .filter(limit -> !norm.isEmpty())
        .ifPresent(
            limit ->
                series.add(
                    new Series(
                        "clipped above",
                        Kind.LIMIT,
                        7,
                        clock,
                        List.of(
                            new Point(norm.extremes().get(0).x(), limit),
                            new Point(norm.lastX(), limit)))));
    boolean wide = norm.lowest().y() > 0 && norm.highest().y() > WIDE * norm.lowest().y();
    charts.add(
        new Chart(
            "Gradient norm",
            norm.isEmpty() ? "" : Words.figure(norm.lately()) + " lately",
            "Before clipping.",
            Unit.PLAIN,
            wide ? Scale.LOGARITHMIC : Scale.FITTED,
            series));
    return charts;
  }

  private Optional<Double> limit(String path) {
    try {
      return run.setting(path).map(Double::valueOf).filter(limit -> limit > 0);
    } catch (NumberFormatException e) { // of a file that somebody has edited
      return Optional.empty();
    }
  }

  /** What was measured on held-out texts. */
  List<Chart> evaluation() {
    List<Chart> charts = new ArrayList<>();
    Evaluations.byMetric(metrics)
        .forEach(
            (metric, keys) -> {
              List<Series> series = new ArrayList<>();
              for (String key : keys) {
                series.add(dots(Evaluations.task(key), key, series.size()));
              }
              String now = keys.size() == 1 ? newest(keys.get(0)) : "";
              charts.add(
                  new Chart("Retrieval: " + metric, now, "", Unit.PLAIN, Scale.FITTED, series));
            });
    List<Series> shares = new ArrayList<>();
    metrics
        .evaluated()
        .filter(key -> key.endsWith("_accuracy"))
        .forEach(key -> shares.add(dots(Evaluations.words(key), key, shares.size())));
    if (!shares.isEmpty()) {
      charts.add(new Chart("Held-out accuracy", "", "", Unit.PERCENT, Scale.FITTED, shares));
    }
    metrics
        .evaluated()
        .filter(key -> !Evaluations.isRetrieval(key) && !key.endsWith("_accuracy"))
        .filter(key -> !isDrawnWithLosses(key))
        .limit(MOST_OTHERS)
        .forEach(
            key ->
                charts.add(
                    new Chart(
                        Evaluations.words(key),
                        newest(key),
                        "",
                        Unit.PLAIN,
                        Scale.FITTED,
                        List.of(dots(Evaluations.words(key), key, 0)))));
    if (charts.isEmpty()) {
      charts.add(
          new Chart(
              "Retrieval",
              "",
              "Measured where evaluation.probe names tasks, or lines are held out.",
              Unit.PLAIN,
              Scale.FITTED,
              List.of()));
    }
    return charts;
  }

  /** Beside the losses of training. */
  private boolean isDrawnWithLosses(String key) {
    return !metrics.curve(key.substring(RunMetrics.EVALUATION.length())).isEmpty();
  }

  private String newest(String key) {
    return Words.figure(metrics.curve(key).last());
  }

  private Series dots(String name, String key, int colour) {
    return new Series(name, Kind.DOTS, colour, clock, metrics.curve(key).extremes());
  }

  /** Throughput, memory, where the time goes. */
  List<Chart> speed() {
    List<Chart> charts = new ArrayList<>();
    charts.add(smoothed("Tokens per second", "tokens_per_s", Unit.PLAIN, "All workers together."));
    if (!metrics.curve("rows_per_s").isEmpty()) {
      charts.add(smoothed("Rows per second", "rows_per_s", Unit.PLAIN, "All workers together."));
    }
    charts.add(
        smoothed(
            "Model FLOP utilisation",
            "mfu",
            Unit.PERCENT,
            "What the model's own operations take of the peak: "
                + Hardware.peak(run).orElse("nobody said which")
                + "."));
    List<Series> parts = new ArrayList<>();
    metrics
        .times()
        .forEach(
            (part, curve) ->
                parts.add(
                    new Series(part.words(), Kind.STACKED, parts.size(), clock, curve.means())));
    charts.add(
        new Chart(
            "Where a step\u2019s time goes",
            "",
            "Mean over the ranks: waiting for data, computing, exchanging, waiting for slower ranks.",
            Unit.MILLISECONDS,
            Scale.FROM_ZERO,
            parts));
    charts.add(
        smoothed(
            "Slowest rank",
            "slowest_pct",
            Unit.PLAIN,
            "Percent of work time above the median rank; which rank it is stands below."));
    List<Series> memory = new ArrayList<>();
    metrics.keys().stream()
        .filter(key -> key.endsWith("_mb"))
        .forEach(
            key ->
                memory.add(
                    new Series(
                        key.equals("rss_mb")
                            ? "process"
                            : key.replaceFirst("_mb$", "").replace('_', ' '),
                        Kind.LINE,
                        memory.size(),
                        clock,
                        metrics.curve(key).extremes())));
    charts.add(
        new Chart(
            "Memory", "", "Of the largest process.", Unit.MEGABYTES, Scale.FROM_ZERO, memory));
    return charts;
  }

  private Chart smoothed(String title, String key, Unit unit, String note) {
    List<Series> series = new ArrayList<>();
    Curve curve = metrics.curve(key);
    smooth(series, title.toLowerCase(Locale.ROOT), key, 0);
    String now =
        curve.isEmpty()
            ? ""
            : (unit == Unit.PERCENT ? Words.percent(curve.lately()) : Words.many(curve.lately()))
                + " lately";
    return new Chart(title, now, note, unit, Scale.FROM_ZERO, series);
  }

  /** Figures that this build does not know: of an objective of somebody's own, say. */
  List<Chart> others() {
    return metrics.keys().stream()
        .filter(key -> !KNOWN.contains(key) && !key.startsWith(RunMetrics.EVALUATION))
        .filter(key -> !key.endsWith(OF_TERM) && !key.startsWith(GAUGE) && !key.endsWith("_mb"))
        .limit(MOST_OTHERS)
        .map(
            key ->
                new Chart(
                    key.replace('_', ' '),
                    Words.figure(metrics.curve(key).last()),
                    "",
                    Unit.PLAIN,
                    Scale.FITTED,
                    List.of(new Series(key, Kind.LINE, 0, clock, metrics.curve(key).extremes()))))
        .toList();
  }
}
