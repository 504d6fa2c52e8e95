package io.retromae.training.report;

import io.retromae.core.page.Point;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.report.Check.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at a run for what usually goes wrong. The limits are those of docs/report.md. */
final class Checks {
  /** Held-out losses above the best one by more say that the run learns its texts by heart. */
  private static final double OVER_BEST = 0.01;

  /** A loss that fell by less has not moved. */
  private static final double LEAST_LEARNT = 0.01;

  /** Of the batch's queries, whose positive is nearest before anything is learnt. */
  private static final double TOO_EASY = 0.98;

  /** Of the time of all ranks. */
  private static final double MUCH_WAITING = 0.1;

  /** A rank that is waited for so often is slower than the others, not unlucky. */
  private static final double OFTEN_SLOWEST = 0.8;

  private static final double MUCH_SLOWER = 15;
  private static final double MUCH_GROWTH = 0.2;

  private final Run run;
  private final RunMetrics metrics;
  private final List<Check> checks = new ArrayList<>();

  private Checks(Run run) {
    this.run = run;
    this.metrics = run.metrics();
  }

  /** All checks, in the order in which people ask. */
  static List<Check> of(Run run) {
    Checks checks = new Checks(run);
    checks.end();
    checks.loss();
    checks.heldOut();
    checks.probes();
    checks.batches();
    checks.steps();
    checks.events();
    checks.time();
    checks.memory();
    checks.file();
    return checks.checks;
  }

  private void add(String about, Level level, String text) {
    checks.add(new Check(about, level, text));
  }

  /** Why the job ended, unless that is what its losses say. */
  private void end() {
    metrics
        .events()
        .end()
        .filter(end -> end.path("how").asText().equals("failed"))
        .filter(end -> run.stage() == Run.Stage.STOPPED)
        .ifPresent(
            end ->
                add(
                    "end",
                    Level.BAD,
                    "The job ended with an error: %s.".formatted(end.path("reason").asText())));
  }

  private void loss() {
    Curve loss = metrics.curve("loss");
    if (loss.isEmpty()) {
      add("loss", Level.UNKNOWN, "Loss: no step has been told yet.");
      return;
    }
    Optional<String> failure = run.state().flatMap(TrainingState::failure);
    if (failure.isPresent()) {
      add("loss", Level.BAD, "Training failed: " + failure.get() + ".");
      return;
    }
    if (!Double.isFinite(loss.last())) {
      add("loss", Level.BAD, "The newest loss is " + Words.figure(loss.last()) + ".");
      return;
    }
    Trend trend = Trend.of(loss);
    String way = lossWay(loss);
    String ended = run.stage() == Run.Stage.RUNNING ? "is" : "was";
    String over = "over the last %s of the steps".formatted(Words.percent(trend.share()));
    switch (trend.direction()) {
      case FALLING ->
          add(
              "loss",
              Level.GOOD,
              "%s, and %s still falling (%s lower %s)."
                  .formatted(way, ended, Words.percent(-trend.change()), over));
      case LEVEL -> {
        boolean learnt = loss.lately() < loss.first() * (1 - LEAST_LEARNT);
        add(
            "loss",
            learnt ? Level.GOOD : Level.NOTE,
            learnt
                ? "%s, and %s level %s.".formatted(way, ended, over)
                : way + ": it learnt next to nothing; is optimizer.learning_rate too low?");
      }
      case RISING ->
          add(
              "loss",
              Level.BAD,
              "%s, but %s rising (%s higher %s)."
                  .formatted(way, ended, Words.percent(trend.change()), over));
      case UNKNOWN ->
          add(
              "loss",
              Level.UNKNOWN,
              "%s; %s are too few to tell where it is heading."
                  .formatted(way, Words.count(loss.values(), "logged step")));
    }
  }

  /** The way of a loss in words: first to last. */
  private static String lossWay(Curve loss) {
    double first = loss.first();
    double last = loss.lately();
    if (loss.values() == 1) {
      return "Loss is %s after one logged step".formatted(Words.figure(first));
    }
    String verb = last < first ? "fell" : last > first ? "rose" : "stayed";
    return "Loss %s from %s to %s".formatted(verb, Words.figure(first), Words.figure(last));
  }

  private void heldOut() {
    Curve loss = metrics.curve("eval_loss");
    if (loss.isEmpty()) {
      add(
          "held_out",
          Level.UNKNOWN,
          "No loss on held-out texts was measured: whether the model learns its texts by heart cannot be seen.");
      return;
    }
    Point best = loss.lowest();
    String last = "Held-out loss is %s".formatted(Words.figure(loss.last()));
    if (loss.values() < 2 || !Double.isFinite(best.y())) {
      add("held_out", Level.UNKNOWN, last + "; it was measured once.");
    } else if (loss.last() > best.y() * (1 + OVER_BEST)) {
      add(
          "held_out",
          Level.NOTE,
          String.format(
              Locale.ROOT,
              "%s, above its best of %s at step %,.0f: later steps learn the training texts by heart; use that checkpoint (checkpoint.keep_best).",
              last,
              Words.figure(best.y()),
              best.x()));
    } else {
      add(
          "held_out",
          Level.GOOD,
          String.format(
              Locale.ROOT,
              "%s, from %s at first; its best is %s at step %,.0f.",
              last,
              Words.figure(loss.first()),
              Words.figure(best.y()),
              best.x()));
    }
  }

  private void probes() {
    List<String> mains = Evaluations.mainKeys(metrics);
    if (mains.isEmpty()) {
      add(
          "probe",
          Level.UNKNOWN,
          "No retrieval was measured during the run; a loss alone does not say how well a model retrieves.");
    }
    for (String key : mains) {
      Curve curve = metrics.curve(key);
      Point best = curve.highest();
      String name = Evaluations.words(key);
      if (curve.values() < 2) {
        add("probe", Level.UNKNOWN, "%s is %s.".formatted(name, Words.figure(curve.last())));
        continue;
      }
      double first = curve.first();
      boolean gained = curve.last() > first;
      String way = gained ? "rose" : curve.last() < first ? "fell" : "stayed";
      add(
          "probe",
          gained ? Level.GOOD : Level.NOTE,
          "%s%s %s from %s to %s%s."
              .formatted(
                  name,
                  run.finetunes() ? "" : ", zero-shot,",
                  way,
                  Words.figure(first),
                  Words.figure(curve.last()),
                  best.y() > curve.last()
                      ? String.format(
                          Locale.ROOT,
                          "; its best was %s at step %,.0f",
                          Words.figure(best.y()),
                          best.x())
                      : ", its best"));
    }
  }

  private void batches() {
    Curve accuracy = metrics.curve("batch_accuracy");
    if (accuracy.first() > TOO_EASY && accuracy.mean() > TOO_EASY) {
      add(
          "batches",
          Level.NOTE,
          "In-batch accuracy is %s from the start: its negatives teach little; mine hard ones, or raise data.global_batch_size."
              .formatted(Words.percent(accuracy.mean())));
    }
  }

  private void steps() {
    Curve loss = metrics.curve("loss");
    if (loss.isEmpty()) {
      return;
    }
    long skipped =
        Math.max(
            (long) metrics.curve("skipped_steps").highest().y(),
            metrics.events().count("step_skipped"));
    if (skipped == 0) {
      add("skipped", Level.GOOD, "No step was skipped: all gradients were finite.");
    } else {
      boolean many = skipped * 100 > run.step();
      add(
          "skipped",
          many ? Level.BAD : Level.NOTE,
          "%s skipped, because gradients were not finite%s."
              .formatted(
                  Words.count(skipped, "step") + (skipped == 1 ? " was" : " were"),
                  many ? "; lower optimizer.learning_rate or compute in fp32" : ""));
    }
    long spikes = metrics.events().count("loss_spike");
    add(
        "spikes",
        spikes == 0 ? Level.GOOD : Level.NOTE,
        spikes == 0
            ? "The loss had no spike."
            : "The loss left its usual range %s; marked in the charts."
                .formatted(spikes == 1 ? "once" : spikes + " times"));
  }

  private void events() {
    RunEvents events = metrics.events();
    long failures = events.count("resume");
    long again = events.count("started_again");
    if (failures + again == 0) {
      add("failures", Level.GOOD, "No worker failed, nothing was done twice.");
    } else {
      List<String> what = new ArrayList<>();
      if (failures > 0) {
        what.add(
            Words.count(failures, "failure") + (failures == 1 ? " was" : " were") + " survived");
      }
      if (again > 0) {
        what.add("the job was started again " + (again == 1 ? "once" : again + " times"));
      }
      List<RunEvent> last = events.of("resume");
      String words = String.join(", and ", what);
      add(
          "failures",
          Level.NOTE,
          "%s; the run went on from its newest checkpoint%s."
              .formatted(
                  words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1),
                  last.isEmpty() ? "" : " (" + last.get(last.size() - 1).text() + ")"));
    }
    long unsaved = events.count("checkpoint_failed");
    if (unsaved > 0) {
      List<RunEvent> last = events.of("checkpoint_failed");
      add(
          "checkpoints",
          Level.BAD,
          "%s could not be written (%s); the run loses more if it is killed."
              .formatted(Words.count(unsaved, "checkpoint"), last.get(last.size() - 1).text()));
    }
  }

  private void time() {
    RankSums ranks = metrics.ranks();
    if (ranks.steps() == 0) {
      return;
    }
    double data = ranks.share(RankSums.Part.DATA);
    double waiting = ranks.share(RankSums.Part.COMMUNICATION) + ranks.share(RankSums.Part.IDLE);
    String where =
        "%s of the time went to computing, %s to waiting for data, %s to exchange and to waiting for slower ranks"
            .formatted(
                Words.percent(ranks.share(RankSums.Part.COMPUTE)),
                Words.percent(data),
                Words.percent(waiting));
    if (data > MUCH_WAITING) {
      add("time", Level.NOTE, where + ": reading is too slow; raise data.prefetch_batches.");
    } else if (waiting > 3 * MUCH_WAITING) {
      add("time", Level.NOTE, where + ": larger steps, or fewer workers, would use them better.");
    } else {
      add("time", Level.GOOD, where + ".");
    }
    double slower = metrics.curve("slowest_pct").mean();
    for (int rank = 0; ranks.ranks() > 1 && rank < ranks.ranks(); rank++) {
      if (ranks.slowestShare(rank) > OFTEN_SLOWEST && slower > MUCH_SLOWER) {
        add(
            "slowest",
            Level.NOTE,
            String.format(
                Locale.ROOT,
                "The others wait for rank %d in %s of the steps, by %.0f %% on average: look at its host.",
                rank,
                Words.percent(ranks.slowestShare(rank)),
                slower));
      }
    }
  }

  private void memory() {
    List<Point> memory = metrics.curve("rss_mb").means();
    if (memory.size() < 10) {
      return;
    }
    double before = memory.get(memory.size() / 5).y();
    double now = memory.get(memory.size() - 1).y();
    if (before > 0 && now > before * (1 + MUCH_GROWTH)) {
      add(
          "memory",
          Level.NOTE,
          "Memory grew from %s to %s after the start."
              .formatted(Words.bytes(before * 1e6), Words.bytes(now * 1e6)));
    }
  }

  private void file() {
    if (metrics.unreadable() > 0) {
      add(
          "metrics",
          Level.NOTE,
          "%s of metrics.jsonl could not be read and %s left out."
              .formatted(
                  Words.count(metrics.unreadable(), "line"),
                  metrics.unreadable() == 1 ? "is" : "are"));
    }
  }
}
