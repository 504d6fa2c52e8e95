package io.retromae.training.report;

import io.retromae.core.page.Answer;
import io.retromae.core.page.Answer.Tone;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.report.Check.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What to do next; paths in capitals are the reader's. */
final class NextStep {
  private static final String COMMAND = "submit/retromae ";

  private NextStep() {}

  private static Answer answer(List<String> advice, List<String> commands) {
    return new Answer(
        "What to do next", Tone.PLAIN, advice.get(0), advice.subList(1, advice.size()), commands);
  }

  static Answer of(Run run, List<Check> checks) {
    String folder = run.path();
    String same = COMMAND + run.command() + " -c " + Words.shell(folder + "/config.yaml");
    return switch (run.stage()) {
      case BEGINNING ->
          answer(
              List.of("Wait for the first logged step and make this page again."),
              List.of(again(folder)));
      case RUNNING -> answer(running(checks), List.of(again(folder)));
      case STOPPED ->
          answer(
              List.of("The same command goes on from the newest checkpoint.", bad(checks)),
              List.of(same));
      case FAILED ->
          answer(
              List.of(
                  "Train again in another folder with a lower learning rate or a longer warm-up."),
              List.of(same + " --output NEW --set optimizer.learning_rate=" + lower(run)));
      case FINISHED -> finished(run, checks, folder + "/export");
    };
  }

  private static String again(String folder) {
    return COMMAND + "report " + Words.shell(folder);
  }

  private static List<String> running(List<Check> checks) {
    boolean bad = checks.stream().anyMatch(check -> check.level() == Level.BAD);
    return List.of(
        bad
            ? "Look at what is marked below before more time is spent; the run can be stopped and goes on later."
            : "Let it go on. The page is renewed at checkpoints, and by this command:");
  }

  private static String bad(List<Check> checks) {
    boolean error = checks.stream().anyMatch(check -> check.about().equals("end"));
    boolean bad = checks.stream().anyMatch(check -> check.level() == Level.BAD);
    return error
        ? "First mend what it ended with."
        : bad ? "First look at what is marked below." : "What it has reached is kept.";
  }

  private static String lower(Run run) {
    try {
      double rate = Double.parseDouble(run.setting("optimizer.learning_rate").orElse(""));
      return String.format(Locale.ROOT, "%.0e", rate / 3); // a setting
    } catch (NumberFormatException e) { // no file tells
      return "LOWER";
    }
  }

  private static Answer finished(Run run, List<Check> checks, String export) {
    List<String> advice = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    long exported = run.state().map(TrainingState::selection).map(s -> s.bestStep()).orElse(0L);
    String model =
        exported > 0
            ? String.format(Locale.ROOT, "The model of step %,d, the best one,", exported)
            : "The model";
    if (run.finetunes()) {
      advice.add(
          model
              + " is ready to use: score it on tasks against the model it came from, then embed texts with it.");
      commands.add(evaluate(run, export));
      commands.add(COMMAND + "embed " + Words.shell(export) + " TEXTS OUT");
    } else {
      advice.add(
          model
              + " is a base to fine-tune, not yet a retriever: train it on pairs of texts, then score it on tasks.");
      commands.add(
          COMMAND
              + "finetune --set "
              + Words.shell("init.from=" + export)
              + " --set 'data.train=[PAIRS]' --output OUT");
    }
    Trend trend = Trend.of(run.metrics().curve("loss"));
    boolean heldOutRises =
        checks.stream()
            .anyMatch(check -> check.about().equals("held_out") && check.level() == Level.NOTE);
    if (heldOutRises) {
      advice.add("More steps would not help: held-out loss rises. Use more data, or stop earlier.");
    } else if (trend.direction() == Trend.Direction.FALLING) {
      advice.add(
          "The loss was still falling: more steps should lower it further (a larger schedule.max_steps with schedule.extend=restate or rewarm).");
    } else if (trend.direction() == Trend.Direction.LEVEL) {
      advice.add(
          "The loss was level at the end: whether more steps help, only measured retrieval tells.");
    }
    return answer(advice, commands);
  }

  private static String evaluate(Run run, String export) {
    Optional<String> base = run.setting("init.from");
    return COMMAND
        + "evaluate"
        + base.map(from -> " --model " + Words.shell(from)).orElse("")
        + " --model "
        + Words.shell(export)
        + " --task TASK --output OUT";
  }
}
