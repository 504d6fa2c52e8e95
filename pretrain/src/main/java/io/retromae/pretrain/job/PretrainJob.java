package io.retromae.pretrain.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.spark.SparkSurroundings;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.RunIdentity;
import io.retromae.training.attempt.TrainingJob;
import io.retromae.training.attempt.TrainingPlan;
import io.retromae.training.attempt.TrainingReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/** The pre-training job on the driver: a {@link TrainingJob} that trains on a corpus of texts. */
public final class PretrainJob {
  /** Settings that may change between two starts, beside the engine's. */
  private static final List<String> FREE =
      List.of(
          "corpus", // its content counts, by its fingerprint
          "evaluation.corpus",
          "evaluation.eval_steps",
          "evaluation.max_samples",
          "evaluation.per_device_eval_batch_size",
          "evaluation.probe.");

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
    PretrainConfig config = resolved.value();
    return job.run(
        new TrainingPlan(
            "pretrain",
            config.output(),
            identity(resolved, plan),
            resolved,
            PretrainTask.of(resolved, storage, plan),
            config.data().logicalShards(),
            plan.totalSteps(),
            plan.describe(config),
            Objectives::card,
            TrainingPlan.Handover.NONE),
        mode);
  }

  /**
   * What {@link #run} would find in the run's folder; changes nothing.
   *
   * @throws io.retromae.core.failure.ConfigException if it would be refused
   */
  public static OutputFolder.Found check(
      Storage storage, Resolved<PretrainConfig> resolved, PretrainPlan plan, OutputMode mode) {
    return TrainingJob.check(
        storage,
        resolved.value().output(),
        identity(resolved, plan),
        TrainingPlan.Handover.NONE.entries(),
        mode);
  }

  static Map<String, String> identity(Resolved<PretrainConfig> resolved, PretrainPlan plan) {
    return RunIdentity.of(resolved, FREE, plan.corpusFingerprint(), plan.startFingerprint());
  }

  /** Asks the workers to save and end after the step they are in; safe from any thread. */
  public void requestStop() {
    job.requestStop();
  }
}
