package io.retromae.training.worker;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.hash.Sha256;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job's resolved configuration on its way to the workers.
 *
 * @param assignments {@code path=value} of every setting
 * @param places those settings again that are paths, qualified: a worker's folder is another
 */
public record ShippedSettings(List<String> assignments, List<String> places)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Copies the lists. */
  public ShippedSettings {
    assignments = List.copyOf(assignments);
    places = List.copyOf(places);
  }

  /** All settings, and the given assignments of those that are paths. */
  public static ShippedSettings of(Resolved<?> resolved, List<String> places) {
    return new ShippedSettings(
        resolved.settings().stream().map(s -> s.path() + "=" + s.value()).toList(), places);
  }

  /** The configuration as the driver has it, with qualified paths. */
  public <T extends Record> T load(Class<T> type) {
    List<String> all = new ArrayList<>(assignments);
    all.addAll(places);
    return ConfigLoader.load(type, List.of(), all).value();
  }

  /** Tells it from others; where folders lie does not count. */
  public String fingerprint() {
    return Sha256.of(String.join("\n", assignments));
  }

  /** Values by path of those settings that are not as by default. */
  public Map<String, String> chosen(Class<? extends Record> type) {
    Map<String, String> chosen = values();
    for (ResolvedSetting standard : ConfigLoader.settings(type, List.of(), List.of())) {
      chosen.remove(standard.path(), standard.value());
    }
    return chosen;
  }

  /** Values by path. */
  public Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      values.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return values;
  }
}
