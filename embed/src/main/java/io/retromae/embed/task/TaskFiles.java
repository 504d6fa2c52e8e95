package io.retromae.embed.task;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The files of a task that may be read, those of folders three levels deep included.
 *
 * @param task its name, for messages
 * @param path as in the settings
 * @param single whether the path names one file
 * @param files sorted by path
 */
record TaskFiles(String task, String path, boolean single, List<TaskFile> files) {
  private static final int DEPTH = 3;

  /**
   * Lists them.
   *
   * @throws ConfigException if there are none
   */
  static TaskFiles list(Storage storage, TaskSettings settings) {
    String root = storage.qualify(settings.path());
    List<StoredFile> all = storage.allFiles(settings.path());
    List<TaskFile> read = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (StoredFile file : all) {
      if (file.path().equals(root)) {
        return new TaskFiles(
            settings.name(), settings.path(), true, List.of(TaskFile.of(root, "")));
      }
      TaskFile found = TaskFile.of(file.path(), file.path().substring(root.length()));
      if (!file.hidden() && found.folders().size() <= DEPTH && found.isRead()) {
        read.add(found);
      } else {
        others.add(file.path());
      }
    }
    if (read.isEmpty()) {
      throw new ConfigException(
          "task '%s' %s: no file of records (%s, also compressed)%s"
              .formatted(
                  settings.name(),
                  settings.path(),
                  String.join(", ", TaskFile.ENDINGS),
                  others.isEmpty()
                      ? storage.exists(settings.path()) ? "" : "; it does not exist"
                      : "; found "
                          + String.join(", ", others.subList(0, Math.min(5, others.size())))));
    }
    return new TaskFiles(settings.name(), settings.path(), false, List.copyOf(read));
  }

  /** Whether any is such. */
  boolean any(Predicate<TaskFile> which) {
    return files.stream().anyMatch(which);
  }

  /** All that are such. */
  List<TaskFile> all(Predicate<TaskFile> which) {
    return files.stream().filter(which).toList();
  }

  /**
   * The files that must be there.
   *
   * @param what for the message
   */
  List<TaskFile> required(String what, Predicate<TaskFile> which) {
    List<TaskFile> found = all(which);
    if (found.isEmpty()) {
      throw new ConfigException("task '%s' %s: no %s".formatted(task, path, what));
    }
    return found;
  }

  /**
   * The files of a split by their names, which must be parts of one whole.
   *
   * @throws ConfigException if there is none, or they lie in several folders or have several
   *     endings
   */
  List<TaskFile> partsOfSplit(String split) {
    List<TaskFile> found = ofSplit(split, file -> true, TaskFile::stem);
    Map<String, String> kinds = new TreeMap<>();
    found.forEach(file -> kinds.putIfAbsent(file.kind(), file.path()));
    if (kinds.size() > 1) {
      throw new ConfigException(
          "task '%s' %s: files of split '%s' lie in several folders or have several endings: %s; set path to one"
              .formatted(task, path, split, String.join(", ", kinds.values())));
    }
    return found;
  }

  /**
   * The files of a split.
   *
   * @param among those that are of some split
   * @param splitOf of which one
   * @throws ConfigException that says which there are
   */
  List<TaskFile> ofSplit(
      String split, Predicate<TaskFile> among, Function<TaskFile, String> splitOf) {
    List<TaskFile> found = all(among.and(file -> splitOf.apply(file).equals(split)));
    if (found.isEmpty()) {
      TreeSet<String> there = new TreeSet<>();
      all(among).forEach(file -> there.add(splitOf.apply(file)));
      throw new ConfigException(
          "task '%s' %s: no split '%s'; %s"
              .formatted(
                  task,
                  path,
                  split,
                  there.isEmpty()
                      ? "there is none at all"
                      : "there is %s: set split".formatted(String.join(", ", there))));
    }
    return found;
  }
}
