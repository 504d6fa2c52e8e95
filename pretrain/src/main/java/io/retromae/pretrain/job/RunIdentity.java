package io.retromae.pretrain.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import io.retromae.pretrain.config.PretrainConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must not change between two starts of a run, because it changes what is computed. The folder
 * of the first weights may move, and need not be there any more once there is a checkpoint.
 */
final class RunIdentity {
  private static final List<String> FREE =
      List.of(
          "output",
          "corpus",
          "init.from", // its content counts, by its fingerprint
          "export.",
          "cluster.",
          "checkpoint.",
          "logging.",
          "compute.device",
          "compute.gradient_checkpointing",
          "optimizer.max_skipped_steps",
          "data.prefetch_batches",
          "evaluation.corpus",
          "evaluation.eval_steps",
          "evaluation.max_samples",
          "evaluation.per_device_eval_batch_size",
          "evaluation.probe.");

  private RunIdentity() {}

  /** All settings but the free ones, and the corpus. */
  static Map<String, String> of(Resolved<PretrainConfig> resolved, PretrainPlan plan) {
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(setting -> FREE.stream().noneMatch(setting.path()::startsWith))
        .forEach(setting -> identity.put(setting.path(), setting.value()));
    identity.put("corpus fingerprint", plan.corpusFingerprint());
    plan.startFingerprint()
        .ifPresent(value -> identity.put(OutputFolder.FINGERPRINT_OF + "init.from", value));
    return identity;
  }
}
