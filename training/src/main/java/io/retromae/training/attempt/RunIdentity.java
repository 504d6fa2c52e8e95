package io.retromae.training.attempt;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputFolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What must not change between two starts of a run, because it changes what is computed. The folder
 * of the first weights may move, and need not be there any more once there is a checkpoint.
 */
public final class RunIdentity {
  private static final List<String> FREE =
      List.of(
          "output",
          "init.from", // its content counts, by its fingerprint
          "export.",
          "cluster.",
          "checkpoint.",
          "logging.",
          "compute.device",
          "compute.gradient_checkpointing",
          "optimizer.max_skipped_steps",
          "schedule.early_stopping.",
          "data.prefetch_batches");

  private RunIdentity() {}

  /**
   * All settings but the free ones, the data and the first weights.
   *
   * @param free more settings that may change; a name that ends in a dot stands for all below it
   * @param data fingerprint of what is trained on
   * @param start fingerprint of the first weights; empty where they cannot be read any more
   */
  public static Map<String, String> of(
      Resolved<?> resolved, List<String> free, String data, Optional<String> start) {
    List<String> all = Stream.concat(FREE.stream(), free.stream()).toList();
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(setting -> all.stream().noneMatch(name -> isOf(name, setting.path())))
        .forEach(setting -> identity.put(setting.path(), setting.value()));
    identity.put("corpus fingerprint", data);
    start.ifPresent(value -> identity.put(OutputFolder.FINGERPRINT_OF + "init.from", value));
    return identity;
  }

  private static boolean isOf(String free, String path) {
    return free.endsWith(".") ? path.startsWith(free) : path.equals(free);
  }
}
