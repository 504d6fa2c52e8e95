package io.retromae.training.attempt;

import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.output.OutputFolder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What must not change between two starts of a run, because it changes what is computed. The folder
 * of the first weights may move, and need not be there any more once there is a checkpoint.
 */
public final class RunIdentity {
  /** What another value of a setting would make of a run that goes on. */
  public enum Effect {
    /** Nothing of what is trained: it may change at any time. */
    NONE,
    /** Other last bits, as on another machine: it may change. */
    ROUNDING,
    /** It names data or a model, whose content counts by a fingerprint: these may move. */
    CONTENT,
    /** Another number of steps: it may change by {@code schedule.extend}. */
    LENGTH,
    /** Another model: a run that goes on with it is refused. */
    RESULT
  }

  /** The engine's settings; a name that ends in a dot stands for all below it. */
  private static final Map<String, Effect> ENGINE =
      effects(
          Map.of(
              Effect.NONE,
              List.of(
                  "output",
                  "export.",
                  "logging.",
                  "checkpoint.save_steps",
                  "checkpoint.save_minutes",
                  "checkpoint.save_total_limit",
                  "checkpoint.keep_best", // which of them is exported, not what they are
                  "schedule.early_stopping.patience",
                  "schedule.early_stopping.min_gain",
                  "schedule.extend",
                  "optimizer.max_skipped_steps",
                  "data.prefetch_batches",
                  "compute.gradient_checkpointing",
                  "cluster.workers",
                  "cluster.min_workers",
                  "cluster.max_failures_without_progress",
                  "cluster.slots_timeout_seconds",
                  "cluster.timeout_seconds",
                  "cluster.stall_seconds",
                  "cluster.encryption",
                  "cluster.streams",
                  "cluster.ports",
                  "cluster.replica_check_steps",
                  "cluster.zero_stage"),
              Effect.ROUNDING,
              List.of("compute.device", "cluster.threads_per_worker", "cluster.collective"),
              Effect.CONTENT,
              List.of("init.from"),
              Effect.LENGTH,
              List.copyOf(RunFolder.LENGTH),
              Effect.RESULT,
              List.of(
                  "schedule.seed",
                  "optimizer.learning_rate",
                  "optimizer.weight_decay",
                  "optimizer.adam_beta1",
                  "optimizer.adam_beta2",
                  "optimizer.adam_epsilon",
                  "optimizer.max_grad_norm",
                  "optimizer.lr_scheduler_type",
                  "optimizer.warmup_ratio",
                  "optimizer.warmup_steps",
                  "optimizer.allreduce_dtype",
                  "compute.precision",
                  "compute.tf32")));

  private RunIdentity() {}

  /**
   * Names by effect, turned round.
   *
   * @param names that end in a dot stand for all below them
   */
  public static Map<String, Effect> effects(Map<Effect, List<String>> names) {
    Map<String, Effect> effects = new TreeMap<>();
    names.forEach((effect, all) -> all.forEach(name -> effects.put(name, effect)));
    return effects;
  }

  /**
   * All settings that make another result or length, the data and the first weights. One that
   * nobody has thought of counts as if it did.
   *
   * @param own effects of the job's own settings
   * @param data fingerprint of what is trained on
   * @param start fingerprint of the first weights; empty where they cannot be read any more
   */
  public static Map<String, String> of(
      Resolved<?> resolved, Map<String, Effect> own, String data, Optional<String> start) {
    Map<String, String> identity = new TreeMap<>();
    for (ResolvedSetting setting : resolved.settings()) {
      switch (effect(setting.path(), own).orElse(Effect.RESULT)) {
        case NONE, ROUNDING, CONTENT -> {}
        case LENGTH, RESULT -> identity.put(setting.path(), setting.value());
      }
    }
    identity.put("corpus fingerprint", data);
    start.ifPresent(value -> identity.put(OutputFolder.FINGERPRINT_OF + "init.from", value));
    return identity;
  }

  /** Settings whose effect nobody has thought of, for the tests of each job. */
  public static List<String> unclassified(Resolved<?> resolved, Map<String, Effect> own) {
    return resolved.settings().stream()
        .map(ResolvedSetting::path)
        .filter(path -> effect(path, own).isEmpty())
        .toList();
  }

  private static Optional<Effect> effect(String path, Map<String, Effect> own) {
    Map<String, Effect> all = new HashMap<>(ENGINE);
    all.putAll(own);
    String name = path;
    while (!all.containsKey(name) && name.contains(".")) { // a section's name ends in a dot
      String below = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
      name = below.substring(0, below.lastIndexOf('.') + 1);
    }
    return Optional.ofNullable(all.get(name));
  }
}
