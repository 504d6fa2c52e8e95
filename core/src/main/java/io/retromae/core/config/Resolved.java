package io.retromae.core.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A checked configuration together with the origin of each of its values.
 *
 * @param value the settings record
 * @param settings every leaf, in declaration order
 * @param <T> the settings record's type
 */
public record Resolved<T>(T value, List<ResolvedSetting> settings) {
  /** Copies the list. */
  public Resolved {
    settings = List.copyOf(settings);
  }

  /** One line per setting: path, value and where it came from. */
  public String listing() {
    return settings.stream()
        .map(s -> s.path() + ": " + s.value() + "  # " + s.origin())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
