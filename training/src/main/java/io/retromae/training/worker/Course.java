package io.retromae.training.worker;

import io.retromae.training.loop.RunPlan;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.optimize.Extension;
import java.util.List;

/**
 * What fixes the course of a run beside its settings.
 *
 * @param plan its steps
 * @param selection how the best checkpoint is chosen
 * @param extensions by which it got more steps than at first, in order
 */
public record Course(RunPlan plan, SelectionRule selection, List<Extension> extensions) {
  /** Copies the list. */
  public Course {
    extensions = List.copyOf(extensions);
  }

  /** Of a task on so many workers. */
  public static Course of(TrainingTask task, int worldSize, List<Extension> extensions) {
    return new Course(task.plan(worldSize), selection(task, extensions), extensions);
  }

  /** The rule of a task, in a run with these extensions. */
  public static SelectionRule selection(TrainingTask task, List<Extension> extensions) {
    return extensions.isEmpty()
        ? task.selection()
        : task.selection().extended(extensions.get(extensions.size() - 1).fromStep());
  }
}
