package io.retromae.training.metrics;

import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.config.Secrets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What trackers say of a run beside its lines.
 *
 * @param job name of its command: {@code pretrain}, {@code finetune}
 * @param folder qualified path of the run
 * @param yaml the resolved configuration with the origin of each value, secrets left out
 * @param settings of the resolved configuration
 * @param counting paths of those that change what is computed
 */
public record RunDescription(
    String job, String folder, String yaml, List<ResolvedSetting> settings, Set<String> counting) {
  private static final String NULL = "null";

  /** Copies the collections. */
  public RunDescription {
    settings = List.copyOf(settings);
    counting = Set.copyOf(counting);
  }

  /** A run of this configuration. */
  public static RunDescription of(
      String job, String folder, Resolved<?> resolved, Set<String> counting) {
    return new RunDescription(job, folder, resolved.yaml(), resolved.settings(), counting);
  }

  /** The name of the run's folder. */
  public String name() {
    String path = folder.replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** All settings by path, in order, in YAML's spelling; secrets left out. */
  public Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    settings.forEach(s -> values.put(s.path(), Secrets.shown(s.path(), s.value())));
    return values;
  }

  /** Those that change what is computed and have a value. */
  public Map<String, String> countingValues() {
    Map<String, String> values = values();
    values.entrySet().removeIf(e -> !counting.contains(e.getKey()) || e.getValue().equals(NULL));
    return values;
  }
}
