package io.retromae.submit;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Recognises a configuration file that belongs to another job. */
final class WrongJob {
  private WrongJob() {}

  /**
   * Refuses a file if another job knows all of its sections and this one does not.
   *
   * @param type settings of the job that was called
   * @throws ConfigException naming the other job
   */
  static void refuse(Class<? extends Record> type, List<ConfigLoader.Source> files) {
    for (ConfigLoader.Source file : files) {
      Set<String> found = ConfigLoader.topLevel(file);
      Set<String> unknown = new TreeSet<>(found);
      unknown.removeAll(ConfigLoader.topLevel(type));
      if (unknown.isEmpty()) {
        continue;
      }
      ConfigCommand.JOBS.forEach(
          (name, other) -> {
            if (ConfigLoader.topLevel(other).containsAll(found)) {
              throw new ConfigException(
                  "%s: holds settings of %s (%s), but the command is %s; use: retromae %2$s -c %1$s"
                      .formatted(file.name(), name, String.join(", ", unknown), job(type)));
            }
          });
    }
  }

  private static String job(Class<? extends Record> type) {
    return ConfigCommand.JOBS.entrySet().stream()
        .filter(job -> job.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }
}
