package io.retromae.finetune.config;

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
 * Everything the fine-tuning job can be told.
 *
 * @param output folder of the run
 * @param init start of the weights
 * @param data pairs, and what a step reads of them
 * @param objective what is minimised
 * @param optimizer AdamW and its schedule
 * @param schedule how long
 * @param evaluation what is held out of training and evaluated
 * @param checkpoint how often the run is saved
 * @param logging how often it reports
 * @param export what the exported model's card says
 * @param compute on which device and how precisely
 * @param cluster who computes
 */
public record FinetuneConfig(
    @Setting(doc = "Folder of this run: checkpoints, metrics and the exported model.")
        String output,
    @Setting(doc = "Where the weights come from.") InitSettings init,
    @Setting(doc = "Pairs of queries and passages, and what one optimizer step reads of them.")
        DataSettings data,
    @Setting(doc = "What is minimised; see docs/finetune.md.") ObjectiveSettings objective,
    @Setting(
            doc = "AdamW (arXiv:1711.05101) and its learning rate.",
            standard = "{learning_rate: 1e-5, weight_decay: 0}")
        OptimizerSettings optimizer,
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

  /** Refuses what the engine offers and this job has in another way. */
  public FinetuneConfig {
    if (compute.gradientCheckpointing()) {
      throw new IllegalArgumentException(
          "compute.gradient_checkpointing = true: finetune keeps the activations of"
              + " data.tokens_per_chunk tokens at a time; lower that instead");
    }
  }

  /** The engine's part: what it is told, whatever it trains. */
  public TrainingSettings training() {
    return new TrainingSettings(cluster, optimizer, schedule, checkpoint, logging, compute, export);
  }
}
