package io.retromae.training.attempt;

import io.retromae.training.huggingface.ObjectiveCard;
import io.retromae.training.worker.TrainingTask;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a job that trains has worked out before Spark started.
 *
 * @param output folder of the run
 * @param identity what must not change between two starts: {@link RunIdentity}
 * @param yaml the resolved configuration, for people
 * @param task what is trained
 * @param logicalShards that workers share
 * @param totalSteps of the whole run
 * @param lines start-up lines
 * @param cards what a model card says of an objective, by its name
 */
public record TrainingPlan(
    String output,
    Map<String, String> identity,
    String yaml,
    TrainingTask task,
    int logicalShards,
    long totalSteps,
    List<String> lines,
    Function<String, ObjectiveCard> cards) {
  /** Copies the collections. */
  public TrainingPlan {
    identity = Map.copyOf(identity);
    lines = List.copyOf(lines);
  }
}
