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

  /** One line per setting: path, value (secrets left out) and where it came from. */
  public String listing() {
    return settings.stream()
        .map(s -> s.path() + ": " + Secrets.shown(s.path(), s.value()) + "  # " + s.origin())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * The configuration as YAML that loads again, the origin of each value behind it; secrets are
   * left out.
   */
  public String yaml() {
    return yaml(settings);
  }

  /** The same of settings that are not complete: those without a value are said to be required. */
  public static String yaml(List<ResolvedSetting> settings) {
    StringBuilder out = new StringBuilder();
    List<String> open = List.of();
    for (ResolvedSetting setting : settings) {
      List<String> keys = List.of(setting.path().split("\\."));
      int shared = 0;
      while (shared < Math.min(open.size(), keys.size() - 1)
          && open.get(shared).equals(keys.get(shared))) {
        shared++;
      }
      for (int i = shared; i < keys.size() - 1; i++) {
        out.append("  ".repeat(i)).append(keys.get(i)).append(":\n");
      }
      open = keys.subList(0, keys.size() - 1);
      out.append("  ".repeat(open.size())).append(keys.get(keys.size() - 1)).append(": ");
      String value = Secrets.shown(setting.path(), setting.value());
      out.append(value);
      out.append(value.equals(ResolvedSetting.REQUIRED) ? ": " : "  # ");
      out.append(setting.origin()).append('\n');
    }
    return out.toString();
  }
}
