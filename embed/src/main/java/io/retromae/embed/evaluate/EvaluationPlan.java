package io.retromae.embed.evaluate;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskReader;
import io.retromae.embed.task.TaskSettings;
import io.retromae.embed.task.TextSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run will do, found out before Spark starts: all tasks read to their end, all competitors
 * opened.
 *
 * @param config settings
 * @param tasks in the order of the settings
 * @param competitors in the order of the settings
 * @param samples the first texts of each task's sets
 */
public record EvaluationPlan(
    EvaluationConfig config, List<Task> tasks, List<Competitor> competitors, Samples samples) {
  /** Copies the lists. */
  public EvaluationPlan {
    tasks = List.copyOf(tasks);
    competitors = List.copyOf(competitors);
  }

  /**
   * Finds it out.
   *
   * @throws ConfigException with all that is not there or does not fit
   * @throws CorruptDataException with all that is wrong with the data
   */
  public static EvaluationPlan of(Storage storage, EvaluationConfig config) {
    List<String> mistakes = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    List<Competitor> competitors = new ArrayList<>();
    Samples samples = new Samples();
    for (CompetitorSettings settings : config.competitors()) {
      try {
        competitors.add(Competitor.open(storage, settings, config.compute()));
      } catch (ConfigException e) {
        e.problems()
            .forEach(p -> mistakes.add("competitor '%s': %s".formatted(settings.name(), p)));
      }
    }
    for (TaskSettings settings : config.tasks()) {
      try {
        Task task = TaskReader.read(storage, settings, samples.of(settings));
        MainMetric.of(task, config.cutoffs());
        tasks.add(task);
      } catch (ConfigException e) {
        mistakes.addAll(e.problems());
      } catch (CorruptDataException e) {
        faults.addAll(e.problems());
      }
    }
    if (!mistakes.isEmpty()) {
      mistakes.addAll(faults);
      throw new ConfigException(mistakes);
    }
    if (!faults.isEmpty()) {
      throw new CorruptDataException(faults);
    }
    return new EvaluationPlan(config, tasks, competitors, samples);
  }

  /** The tasks, a line each. */
  public List<String> describeTasks() {
    return tasks.stream().map(EvaluationPlan::describe).toList();
  }

  static String describe(Task task) {
    List<String> texts = new ArrayList<>();
    for (TextSet set : TextSet.values()) {
      if (task.texts().containsKey(set)) {
        Task.Texts of = task.texts().get(set);
        texts.add(
            "%,d %s of %,d characters on average%s"
                .formatted(
                    of.count(),
                    set.label(),
                    of.characters() / of.count(),
                    of.empty() == 0 ? "" : " (%,d empty)".formatted(of.empty())));
      }
    }
    Map<String, Long> leftOut = new TreeMap<>(task.leftOut());
    return "%s: %s (%s), %s%s"
        .formatted(
            task.name(),
            task.kind().label(),
            task.format().label(),
            String.join(", ", texts),
            leftOut.isEmpty() ? "" : "; " + leftOut);
  }

  /** The competitors, a line each. */
  public List<String> describeCompetitors() {
    return competitors.stream().map(c -> c.name() + ": " + c.description()).toList();
  }
}
