package io.retromae.training.attempt;

import io.retromae.core.config.Resolved;
import io.retromae.core.shard.ShardManifest;
import io.retromae.training.huggingface.ObjectiveCard;
import io.retromae.training.worker.TrainingTask;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a job that trains has worked out before Spark started.
 *
 * @param job name of its command: {@code pretrain}, {@code finetune}
 * @param output folder of the run
 * @param identity what must not change between two starts: {@link RunIdentity}
 * @param resolved the configuration
 * @param task what is trained
 * @param logicalShards that workers share
 * @param totalSteps of the whole run
 * @param lines start-up lines
 * @param corpus that a pre-training reads, for its report
 * @param cards what a model card says of an objective, by its name
 * @param handover what the driver writes for the workers
 */
public record TrainingPlan(
    String job,
    String output,
    Map<String, String> identity,
    Resolved<?> resolved,
    TrainingTask task,
    int logicalShards,
    long totalSteps,
    List<String> lines,
    Optional<ShardManifest> corpus,
    Function<String, ObjectiveCard> cards,
    Handover handover) {
  /**
   * What the driver writes for the workers, once the run's folder is claimed.
   *
   * @param entries names in the run's folder that belong to it
   * @param writer writes it
   */
  public record Handover(List<String> entries, Writer writer) {
    /** Nothing: workers read what the settings name. */
    public static final Handover NONE = new Handover(List.of(), folder -> {});

    /** Copies. */
    public Handover {
      entries = List.copyOf(entries);
    }
  }

  /** Writes what workers read. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes it, unless an earlier start of the run has.
     *
     * @param folder qualified path of the run
     */
    void write(String folder) throws IOException;
  }

  /** Copies the collections. */
  public TrainingPlan {
    identity = Map.copyOf(identity);
    lines = List.copyOf(lines);
  }
}
