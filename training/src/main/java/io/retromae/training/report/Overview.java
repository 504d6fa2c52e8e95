package io.retromae.training.report;

import io.retromae.core.page.Answer;
import io.retromae.core.page.Answer.Tone;
import io.retromae.core.page.Point;
import io.retromae.training.report.Check.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The three answers on top of a report, in sentences.
 *
 * @param what was trained on what
 * @param level how well it went
 * @param headline of how it went
 * @param how it went
 * @param next what to do
 */
record Overview(List<String> what, Level level, String headline, List<String> how, Answer next) {
  private static final int SOURCES_NAMED = 4;

  static Overview of(Run run, List<Check> checks) {
    Level level = level(run, checks);
    return new Overview(
        what(run), level, headline(run, checks), how(run, checks), NextStep.of(run, checks));
  }

  private static Level level(Run run, List<Check> checks) {
    if (run.stage() == Run.Stage.FAILED || any(checks, Level.BAD)) {
      return Level.BAD;
    }
    boolean unsure = run.stage() == Run.Stage.STOPPED || any(checks, Level.NOTE);
    return run.stage() == Run.Stage.BEGINNING ? Level.UNKNOWN : unsure ? Level.NOTE : Level.GOOD;
  }

  /** How the answer is coloured. */
  Tone tone() {
    return switch (level) {
      case GOOD -> Tone.GOOD;
      case NOTE -> Tone.NOTE;
      case BAD -> Tone.BAD;
      case UNKNOWN -> Tone.PLAIN;
    };
  }

  private static boolean any(List<Check> checks, Level level) {
    return checks.stream().anyMatch(check -> check.level() == level);
  }

  private static List<String> what(Run run) {
    List<String> what = new ArrayList<>();
    String start =
        run.setting("init.from")
            .map(from -> "started from " + from)
            .orElse("started from random weights");
    String sizes = run.model().isEmpty() ? "" : " (" + run.model() + ")";
    String kind =
        run.settings().isEmpty()
            ? "A training run"
            : run.finetunes()
                ? "A retriever, fine-tuned on pairs of texts"
                : "An encoder, pre-trained by " + method(run);
    what.add(run.settings().isEmpty() ? kind + sizes + "." : kind + sizes + ", " + start + ".");
    what.add(data(run));
    List<DataUse> uses = DataUse.of(run);
    if (uses.size() > 1) {
      String most =
          uses.stream()
              .limit(SOURCES_NAMED)
              .map(use -> use.name() + " " + Words.percent(use.share()))
              .collect(Collectors.joining(", "));
      int others = uses.size() - SOURCES_NAMED;
      what.add("Most read: %s%s.".formatted(most, others > 0 ? ", and " + others + " more" : ""));
    }
    return what;
  }

  private static String method(Run run) {
    String method =
        run.setting("objective.method")
            .or(() -> run.description().map(description -> description.method()))
            .orElse("an objective that no file names");
    return switch (method.toLowerCase(Locale.ROOT)) {
      case "retromae" -> "RetroMAE";
      case "dupmae" -> "DupMAE";
      case "mlm" -> "masked language modelling";
      default -> method;
    };
  }

  private static String data(Run run) {
    String place =
        run.finetunes() ? run.setting("data.train").orElse("") : run.setting("corpus").orElse("");
    String sizes =
        run.description()
            .map(
                it ->
                    String.format(
                        Locale.ROOT,
                        ": %,d %s%s",
                        it.corpusSamples(),
                        run.finetunes() ? "lines" : "samples",
                        it.corpusTokens() > 0
                            ? ", " + Words.many(it.corpusTokens()) + " tokens"
                            : ""))
            .or(
                () ->
                    run.corpus()
                        .map(
                            corpus ->
                                String.format(
                                    Locale.ROOT,
                                    ": %,d samples, %s tokens",
                                    corpus.samples(),
                                    Words.many(corpus.tokens()))))
            .orElse("");
    return place.isEmpty() ? "Its data is not named by any file." : "On " + place + sizes + ".";
  }

  private static String headline(Run run, List<Check> checks) {
    long notes = checks.stream().filter(check -> check.level() == Level.NOTE).count();
    String look =
        any(checks, Level.BAD)
            ? ", but something is wrong"
            : notes > 0
                ? ", with " + Words.count(notes, "point") + " to look at"
                : unmeasured(checks);
    String of =
        run.totalSteps().isPresent()
            ? String.format(Locale.ROOT, " of %,d", run.totalSteps().getAsLong())
            : "";
    return switch (run.stage()) {
      case BEGINNING -> "Nothing to judge yet: no step has been told.";
      case RUNNING -> String.format(Locale.ROOT, "Running, at step %,d%s%s.", run.step(), of, look);
      case STOPPED -> String.format(Locale.ROOT, "Stopped at step %,d%s%s.", run.step(), of, look);
      case FAILED ->
          String.format(Locale.ROOT, "All %,d steps are done, but training failed.", run.step());
      case FINISHED ->
          "Finished: %s done, the model is exported%s."
              .formatted(
                  run.metrics().events().count("early_stop") > 0
                      ? String.format(Locale.ROOT, "ended early at step %,d%s,", run.step(), of)
                      : Words.count(run.step(), "step"),
                  look);
    };
  }

  /** A run that nothing was measured in but its loss may have gone well and be of no use. */
  private static String unmeasured(List<Check> checks) {
    boolean unknown =
        checks.stream()
            .anyMatch(check -> check.about().equals("probe") && check.level() == Level.UNKNOWN);
    return unknown ? "; how well it retrieves was not measured" : ", and nothing looks wrong";
  }

  private static List<String> how(Run run, List<Check> checks) {
    List<String> how = new ArrayList<>();
    checks.stream()
        .filter(check -> check.about().equals("end") || check.about().equals("loss"))
        .forEach(check -> how.add(check.text()));
    checks.stream()
        .filter(check -> check.level() == Level.BAD || check.level() == Level.NOTE)
        .filter(check -> !check.about().equals("end") && !check.about().equals("loss"))
        .limit(2)
        .forEach(check -> how.add(check.text()));
    if (how.size() < 3) {
      checks.stream()
          .filter(check -> check.level() == Level.GOOD)
          .filter(check -> check.about().equals("probe") || check.about().equals("held_out"))
          .sorted(Comparator.comparing(check -> !check.about().equals("probe"))) // stable
          .limit(3L - how.size())
          .forEach(check -> how.add(check.text()));
    }
    remaining(run).ifPresent(how::add);
    return how;
  }

  /** How long a run that goes on will take. */
  private static Optional<String> remaining(Run run) {
    if (run.stage() != Run.Stage.RUNNING) {
      return Optional.empty();
    }
    String news =
        run.metrics()
            .end()
            .map(
                end ->
                    "Last news %s before this page was made."
                        .formatted(Words.time(Duration.between(end, run.now()).toSeconds())))
            .orElse("");
    double pace = pace(run);
    if (run.totalSteps().isEmpty() || !(pace > 0)) {
      return Optional.of(news);
    }
    double left = (run.totalSteps().getAsLong() - run.step()) * pace;
    return Optional.of("About %s to go at its pace. %s".formatted(Words.time(left), news));
  }

  /** Seconds of a step lately, with all that lies between steps. */
  private static double pace(Run run) {
    List<Point> times = run.metrics().seconds().ends();
    if (times.size() < 2) {
      return Double.NaN;
    }
    Point last = times.get(times.size() - 1);
    Point before = times.get(Math.max(0, times.size() - 1 - Math.max(1, times.size() / 10)));
    return (last.y() - before.y()) / (last.x() - before.x());
  }
}
