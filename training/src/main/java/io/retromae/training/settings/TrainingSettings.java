package io.retromae.training.settings;

import java.util.Locale;

/**
 * What the engine is told, whatever it trains. Not a section of a file: a job's own configuration
 * has these sections among others.
 *
 * @param cluster who computes
 * @param optimizer AdamW and its learning rate
 * @param schedule how long, and the seed
 * @param checkpoint how often the run is saved
 * @param logging how often it reports
 * @param compute on which device and how precisely
 * @param export what the exported model's card says
 */
public record TrainingSettings(
    ClusterSettings cluster,
    OptimizerSettings optimizer,
    ScheduleSettings schedule,
    CheckpointSettings checkpoint,
    LoggingSettings logging,
    ComputeSettings compute,
    ExportSettings export) {

  /** Who computes, in one line. */
  public String describeWorkers(int logicalShards) {
    return "cluster  %d workers (%s, %s, collective: %s), %s, %d logical shards"
        .formatted(
            cluster.workers(),
            lower(compute.device()),
            lower(compute.precision()),
            lower(cluster.collective()),
            cluster
                .threadsPerWorker()
                .map(n -> n + " threads each")
                .orElse("spark.task.cpus threads each"),
            logicalShards);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
