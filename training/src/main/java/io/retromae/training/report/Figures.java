package io.retromae.training.report;

import io.retromae.core.page.Point;
import io.retromae.core.page.Tile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures that a run is told by. */
final class Figures {
  private Figures() {}

  /** The same figures in the same order for every run, those of its tasks between them. */
  static List<Tile> of(Run run) {
    RunMetrics metrics = run.metrics();
    List<Tile> figures = new ArrayList<>();
    Curve loss = metrics.curve("loss");
    figures.add(
        of(loss, "Loss", loss.lately(), "lately; " + Words.figure(loss.first()) + " at first"));
    Curve heldOut = metrics.curve("eval_loss");
    Point best = heldOut.lowest();
    figures.add(
        of(
            heldOut,
            "Held-out loss",
            heldOut.last(),
            String.format(Locale.ROOT, "best %s at step %,.0f", Words.figure(best.y()), best.x())));
    for (String key : Evaluations.mainKeys(metrics)) {
      Curve curve = metrics.curve(key);
      Point top = curve.highest();
      figures.add(
          of(
              curve,
              Evaluations.words(key),
              curve.last(),
              String.format(
                  Locale.ROOT,
                  "%s at first; best at step %,.0f",
                  Words.figure(curve.first()),
                  top.x())));
    }
    String of =
        run.totalSteps().isPresent()
            ? String.format(Locale.ROOT, "of %,d", run.totalSteps().getAsLong())
            : "";
    figures.add(new Tile("Steps", String.format(Locale.ROOT, "%,d", run.step()), of));
    figures.add(new Tile("Tokens read", Words.many(metrics.tokens()), "special ones included"));
    Curve speed = metrics.curve("tokens_per_s");
    figures.add(
        new Tile(
            "Tokens per second",
            speed.isEmpty() ? Words.NONE : Words.many(speed.lately()),
            Hardware.words(run)));
    Curve mfu = metrics.curve("mfu");
    figures.add(
        mfu.isEmpty()
            ? new Tile("MFU", Words.NONE, "no data yet")
            : new Tile("MFU", Words.percent(mfu.lately()), Hardware.shortPeak(run).orElse("")));
    figures.add(new Tile("Time", time(metrics), "from first to last news"));
    long failures = metrics.events().count("resume");
    figures.add(
        new Tile(
            "Failures survived",
            String.format(Locale.ROOT, "%,d", failures),
            Words.count(metrics.events().count("checkpoint"), "checkpoint")));
    return figures;
  }

  private static Tile of(Curve curve, String name, double value, String about) {
    return curve.isEmpty()
        ? new Tile(name, Words.NONE, "no data yet")
        : new Tile(name, Words.figure(value), about);
  }

  private static String time(RunMetrics metrics) {
    return metrics.begin().isEmpty() || metrics.end().isEmpty()
        ? Words.NONE
        : Words.time(Duration.between(metrics.begin().get(), metrics.end().get()).toMillis() / 1e3);
  }
}
