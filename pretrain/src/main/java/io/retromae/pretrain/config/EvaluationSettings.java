package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import io.retromae.embed.probe.ProbeSettings;
import java.util.Optional;

/**
 * What the model is evaluated on, never trained on.
 *
 * @param holdoutShards last shards of the corpus, kept out of training
 * @param corpus another corpus, in place of held-out shards
 * @param evalSteps steps between evaluations; empty for one at the end
 * @param maxSamples most samples of one evaluation
 * @param perDeviceEvalBatchSize rows of one batch; empty for that of training
 * @param probe retrieval that the model is tried on
 */
public record EvaluationSettings(
    @Setting(
            doc =
                "Shards at the end of the corpus that are kept out of training and evaluated; 0"
                    + " holds none back.",
            standard = "0",
            min = 0)
        int holdoutShards,
    @Setting(
            doc =
                "Folder of another etl output, made with the same vocabulary, to evaluate in place"
                    + " of held-out shards.",
            standard = "null")
        Optional<String> corpus,
    @Setting(
            doc =
                "Steps between evaluations; null evaluates once, at the end, if there is something"
                    + " to evaluate.",
            standard = "null",
            min = 1)
        Optional<Integer> evalSteps,
    @Setting(
            doc = "Samples of one evaluation at most: the first of the held-out ones.",
            standard = "4096",
            min = 1)
        int maxSamples,
    @Setting(
            doc = "Rows of one evaluation batch; null is data.per_device_train_batch_size.",
            standard = "null",
            min = 1)
        Optional<Integer> perDeviceEvalBatchSize,
    @Setting(doc = "Retrieval that the model is tried on while it is trained.")
        ProbeSettings probe) {

  /** Steps between two tries of the probe; empty for one at the start and one at the end. */
  public Optional<Integer> probeSteps() {
    return probe.steps().or(() -> evalSteps);
  }

  /** Checks that at most one set is named, and that there is one if steps are given. */
  public EvaluationSettings {
    if (holdoutShards > 0 && corpus.isPresent()) {
      throw new IllegalArgumentException(
          "holdout_shards = %d: cannot go with evaluation.corpus = %s; remove one of them"
              .formatted(holdoutShards, corpus.get()));
    }
    boolean nothing = holdoutShards == 0 && corpus.isEmpty() && probe.tasks().isEmpty();
    if (nothing && evalSteps.isPresent()) {
      throw new IllegalArgumentException(
          "eval_steps = %d: there is nothing to evaluate; set evaluation.holdout_shards, evaluation.corpus or evaluation.probe.tasks"
              .formatted(evalSteps.get()));
    }
  }
}
