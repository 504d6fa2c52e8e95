package io.retromae.pretrain.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
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

/** The pre-training job on the driver: a {@link TrainingJob} that trains on a corpus of texts. */
public final class PretrainJob {
  /** What other values of its own settings would make of a run that goes on. */
  static final Map<String, Effect> EFFECTS =
      RunIdentity.effects(
          Map.of(
              Effect.NONE,
              List.of(
                  "evaluation.eval_steps",
                  "evaluation.max_samples",
                  "evaluation.per_device_eval_batch_size",
                  "evaluation.probe."),
              Effect.CONTENT,
              List.of("corpus", "evaluation.corpus"),
              Effect.RESULT,
              List.of(
                  "init.decoder",
                  "init.max_position_embeddings",
                  "init.config.",
                  "objective.method",
                  "objective.decoder_query",
                  "objective.encoder_mlm_probability",
                  "objective.decoder_mlm_probability",
                  "objective.mask_pool",
                  "objective.bow_loss_weight",
                  "objective.loss_reduction",
                  "data.max_seq_length",
                  "data.logical_shards",
                  "data.per_device_train_batch_size",
                  "data.gradient_accumulation_steps",
                  "data.mixture_weights",
                  "data.source_weights",
                  "data.group_by_length",
                  "evaluation.holdout_shards")));

  private final Resolved<PretrainConfig> resolved;
  private final Storage storage;
  private final TrainingJob job;

  /** A job that tells its story to {@code console}. */
  public PretrainJob(
      JavaSparkContext spark, Resolved<PretrainConfig> resolved, RunConsole console) {
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
    return run(mode, PretrainPlan.of(storage, resolved.value(), mode));
  }

  /** The same by a plan that was made, and refused what it had to, before Spark started. */
  public TrainingReport run(OutputMode mode, PretrainPlan plan) throws IOException {
    return job.run(training(storage, resolved, plan), mode);
  }

  private static TrainingPlan training(
      Storage storage, Resolved<PretrainConfig> resolved, PretrainPlan plan) {
    PretrainConfig config = resolved.value();
    return new TrainingPlan(
        "pretrain",
        config.output(),
        identity(resolved, plan),
        resolved,
        PretrainTask.of(resolved, storage, plan),
        config.data().logicalShards(),
        plan.totalSteps(),
        plan.describe(config),
        Optional.of(plan.manifest()),
        Objectives::card,
        TrainingPlan.Handover.NONE);
  }

  /**
   * What {@link #run} would find in the run's folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<PretrainConfig> resolved, PretrainPlan plan, OutputMode mode)
      throws IOException {
    return TrainingJob.check(storage, training(storage, resolved, plan), mode);
  }

  static Map<String, String> identity(Resolved<PretrainConfig> resolved, PretrainPlan plan) {
    return RunIdentity.of(resolved, EFFECTS, plan.corpusFingerprint(), plan.startFingerprint());
  }

  /** Asks the workers to save and end after the step they are in; safe from any thread. */
  public void requestStop() {
    job.requestStop();
  }
}
