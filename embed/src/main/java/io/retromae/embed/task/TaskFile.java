package io.retromae.embed.task;

import io.retromae.core.record.RecordFile;
import java.util.List;
import java.util.Locale;

/**
 * A file of a task.
 *
 * @param path qualified
 * @param folders names of the folders between the task's and the file, lower case
 * @param stem its name in lower case without compression, ending and the number of a part, such as
 *     {@code test} of {@code test-00000-of-00002-0a1b.parquet}
 * @param ending with the dot
 */
record TaskFile(String path, List<String> folders, String stem, String ending) {
  static final List<String> ENDINGS =
      List.of(".jsonl", ".json", ".parquet", ".tsv", ".txt", ".trec", ".qrels");

  /**
   * A file.
   *
   * @param below its path from the task's folder
   */
  static TaskFile of(String path, String below) {
    String name = RecordFile.withoutCompression(path);
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot);
    String stem = dot < 0 ? name : name.substring(0, dot);
    String[] folders = below.split("/");
    return new TaskFile(
        path,
        List.of(folders).subList(0, folders.length - 1).stream()
            .filter(folder -> !folder.isEmpty())
            .map(folder -> folder.toLowerCase(Locale.ROOT))
            .toList(),
        stem.replaceFirst("-\\d{5}-of-\\d{5}(-[0-9a-f]+)?$", ""),
        ending);
  }

  /** Whether its ending is one that is read, and it is no description of the data set. */
  boolean isRead() {
    return ENDINGS.contains(ending) && !stem.startsWith("dataset_info") && !stem.equals("state");
  }

  /** What the parts of a set have in common: folder and ending, compression included. */
  String kind() {
    int name = path.lastIndexOf('/') + 1;
    int from = path.toLowerCase(Locale.ROOT).lastIndexOf(ending);
    return path.substring(0, name) + "*" + path.substring(Math.max(name, from));
  }

  /** Whether it, or a folder it lies in, has a name. */
  boolean isNamed(String name) {
    return stem.equals(name) || folders.contains(name);
  }

  /** Whether it lies where judgments do. */
  boolean isAmongQrels() {
    return folders.stream()
        .anyMatch(f -> f.equals("qrels") || f.equals("default") || f.endsWith("-qrels"));
  }
}
