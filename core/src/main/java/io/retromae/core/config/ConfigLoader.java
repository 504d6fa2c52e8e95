package io.retromae.core.config;

import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads a settings record from YAML files and {@code key=value} overrides, later ones winning.
 * Unknown and repeated keys, wrong types and values out of range are all reported at once.
 */
public final class ConfigLoader {
  /** Keys of a dotted path; settings nest a few deep. */
  private static final int MOST_KEYS = 50;

  private ConfigLoader() {}

  /**
   * A configuration file that was read.
   *
   * @param name the name shown in messages
   * @param yaml its text
   */
  public record Source(String name, String yaml) {}

  /**
   * Loads and checks.
   *
   * @param type the settings record
   * @param files later files win over earlier ones
   * @param overrides {@code dotted.path=value}, value in YAML spelling; they win over files
   * @throws ConfigException with every problem found
   */
  public static <T extends Record> Resolved<T> load(
      Class<T> type, List<Source> files, List<String> overrides) {
    List<String> problems = new ArrayList<>();
    RecordBinder binder = new RecordBinder(problems, true);
    T value = type.cast(binder.bind(type, tree(files, overrides, problems), ""));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Resolved<>(value, binder.settings());
  }

  /**
   * All settings as they would be, for reading: those that need a value and have none yet stand as
   * {@link ResolvedSetting#REQUIRED}.
   *
   * @throws ConfigException with every problem found
   */
  public static List<ResolvedSetting> settings(
      Class<? extends Record> type, List<Source> files, List<String> overrides) {
    List<String> problems = new ArrayList<>();
    RecordBinder binder = new RecordBinder(problems, false);
    binder.bind(type, tree(files, overrides, problems), "");
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return binder.settings();
  }

  /**
   * Names of the sections and settings at the top of a file; none if it is not YAML of that kind.
   */
  public static Set<String> topLevel(Source file) {
    return YamlReader.readFile(file.name(), file.yaml(), new ArrayList<>()).entries().keySet();
  }

  /** Names of the sections and settings at the top of a job's configuration. */
  public static Set<String> topLevel(Class<? extends Record> type) {
    return Set.copyOf(SettingNames.of(type));
  }

  /** A text in YAML spelling, for an override; a path, say, may look like something else. */
  public static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static ConfigNode.Mapping tree(
      List<Source> files, List<String> overrides, List<String> problems) {
    ConfigNode.Mapping tree = new ConfigNode.Mapping(Map.of(), "default");
    for (Source file : files) {
      tree = tree.mergedWith(YamlReader.readFile(file.name(), file.yaml(), problems));
    }
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        problems.add("--set " + override + ": must be section.key=value");
        continue;
      }
      if (override.substring(0, equals).split("\\.", -1).length > MOST_KEYS) {
        problems.add("--set %.60s...: more than %d keys deep".formatted(override, MOST_KEYS));
        continue;
      }
      ConfigNode value = YamlReader.readValue("--set", override.substring(equals + 1), problems);
      tree = tree.mergedWith(ConfigNode.at(override.substring(0, equals).strip(), value));
    }
    return tree;
  }

  /**
   * The assignments of settings below a prefix, the prefix left out.
   *
   * @param assignments as {@code path=value}
   */
  public static List<String> below(List<String> assignments, String prefix) {
    return assignments.stream()
        .filter(assignment -> assignment.startsWith(prefix))
        .map(assignment -> assignment.substring(prefix.length()))
        .toList();
  }
}
