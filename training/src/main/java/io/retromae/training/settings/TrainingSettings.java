package io.retromae.training.settings;

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
    ExportSettings export) {}
