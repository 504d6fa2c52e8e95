package io.retromae.finetune.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.contrastive.ContrastiveCard;
import io.retromae.finetune.data.TrainingPairs;
import io.retromae.spark.SparkSurroundings;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.RunIdentity;
import io.retromae.training.attempt.RunIdentity.Effect;
import io.retromae.training.attempt.TrainingJob;
import io.retromae.training.attempt.TrainingPlan;
import io.retromae.training.attempt.TrainingReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** The fine-tuning job on the driver: a {@link TrainingJob} that trains on pairs. */
public final class FinetuneJob {
  /** What other values of its own settings would make of a run that goes on. */
  static final Map<String, Effect> EFFECTS =
      RunIdentity.effects(
          Map.of(
              Effect.NONE,
              List.of("evaluation.eval_steps", "evaluation.probe."),
              Effect.ROUNDING,
              List.of("data.tokens_per_chunk"),
              Effect.CONTENT,
              List.of("data.train", "data.corpus", "evaluation.data"),
              Effect.RESULT,
              List.of(
                  "data.columns.",
                  "data.source_weights",
                  "data.bad_records",
                  "data.missing_negatives",
                  "data.batches",
                  "data.small_threshold",
                  "data.drop_threshold",
                  "data.global_batch_size",
                  "data.logical_shards",
                  "data.train_group_size",
                  "data.query_max_length",
                  "data.passage_max_length",
                  "data.query_instruction",
                  "data.query_instruction_format",
                  "data.passage_instruction",
                  "objective.pooling",
                  "objective.normalize",
                  "objective.temperature",
                  "objective.negatives",
                  "objective.mask_same_text",
                  "objective.kd_loss",
                  "objective.kd_weight",
                  "objective.mrl_dims",
                  "objective.fix_position_embedding",
                  "evaluation.holdout_lines")));

  private static final List<String> HANDED_OVER = List.of(TrainingPairs.FOLDER);

  private final Resolved<FinetuneConfig> resolved;
  private final Storage storage;
  private final TrainingJob job;

  /** A job that tells its story to {@code console}. */
  public FinetuneJob(
      JavaSparkContext spark, Resolved<FinetuneConfig> resolved, RunConsole console) {
    this.resolved = resolved;
    this.storage = SparkSurroundings.storage(spark);
    this.job = new TrainingJob(spark, storage, console);
  }

  /**
   * Trains to the end, or until {@link #requestStop}.
   *
   * @param mode how to treat a folder that holds a run already
   * @throws ConfigException, CorruptDataException or ClusterException with the first cause
   */
  public TrainingReport run(OutputMode mode) throws IOException {
    return run(mode, FinetunePlan.of(storage, resolved.value(), mode));
  }

  /** The same by a plan that was made, and refused what it had to, before Spark started. */
  public TrainingReport run(OutputMode mode, FinetunePlan plan) throws IOException {
    return job.run(training(storage, resolved, plan), mode);
  }

  private static TrainingPlan training(
      Storage storage, Resolved<FinetuneConfig> resolved, FinetunePlan plan) {
    FinetuneConfig config = resolved.value();
    return new TrainingPlan(
        "finetune",
        config.output(),
        identity(resolved, plan),
        resolved,
        FinetuneTask.of(resolved, storage, plan),
        config.data().logicalShards(),
        plan.totalSteps(),
        plan.describe(config),
        Optional.empty(),
        method -> ContrastiveCard.card(),
        new TrainingPlan.Handover(HANDED_OVER, folder -> plan.pairs().publish(storage, folder)));
  }

  /**
   * What {@link #run} would find in the run's folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<FinetuneConfig> resolved, FinetunePlan plan, OutputMode mode)
      throws IOException {
    return TrainingJob.check(storage, training(storage, resolved, plan), mode);
  }

  private static Map<String, String> identity(
      Resolved<FinetuneConfig> resolved, FinetunePlan plan) {
    return RunIdentity.of(resolved, EFFECTS, plan.pairs().fingerprint(), plan.startFingerprint());
  }

  /** Asks the workers to save and end after the step they are in; safe from any thread. */
  public void requestStop() {
    job.requestStop();
  }
}
