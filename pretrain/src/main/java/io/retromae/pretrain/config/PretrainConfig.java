package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import io.retromae.training.settings.CheckpointSettings;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.settings.ComputeSettings;
import io.retromae.training.settings.ExportSettings;
import io.retromae.training.settings.LoggingSettings;
import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.ScheduleSettings;
import io.retromae.training.settings.TrainingSettings;

/**
 * Everything the pre-training job can be told.
 *
 * @param corpus folder of shards
 * @param output folder of the run
 * @param init start of the weights
 * @param objective what is trained
 * @param data what a step reads
 * @param optimizer AdamW and its schedule
 * @param schedule how long
 * @param evaluation what is held out of training and evaluated
 * @param checkpoint how often the run is saved
 * @param logging how often it reports
 * @param export what the exported model's card says
 * @param compute on which device and how precisely
 * @param cluster who computes
 */
public record PretrainConfig(
    @Setting(doc = "Folder that the etl job wrote: shards, manifest and vocabulary.") String corpus,
    @Setting(doc = "Folder of this run: checkpoints, metrics and the exported model.")
        String output,
    @Setting(doc = "Where the weights come from.") InitSettings init,
    @Setting(doc = "What is trained.") ObjectiveSettings objective,
    @Setting(doc = "What one optimizer step reads.") DataSettings data,
    @Setting(doc = "AdamW (arXiv:1711.05101) and its learning rate.") OptimizerSettings optimizer,
    @Setting(doc = "How long to train, and the seed of every random choice.")
        ScheduleSettings schedule,
    @Setting(doc = "What is held out of training and evaluated.") EvaluationSettings evaluation,
    @Setting(doc = "How often the run can be resumed from.") CheckpointSettings checkpoint,
    @Setting(doc = "How often a step is reported.") LoggingSettings logging,
    @Setting(doc = "What the exported model's card says that nothing else tells.")
        ExportSettings export,
    @Setting(doc = "The device of each worker and the precision of its arithmetic.")
        ComputeSettings compute,
    @Setting(doc = "Who computes; the number of workers changes speed, never the result.")
        ClusterSettings cluster) {

  /** The engine's part: what it is told, whatever it trains. */
  public TrainingSettings training() {
    return new TrainingSettings(cluster, optimizer, schedule, checkpoint, logging, compute, export);
  }

  /** Samples in one optimizer step, whatever the number of workers. */
  public long globalBatchSize() {
    return (long) data.logicalShards()
        * data.perDeviceTrainBatchSize()
        * data.gradientAccumulationSteps();
  }
}
