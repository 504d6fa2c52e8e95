package io.retromae.embed.task;

import io.retromae.core.config.Setting;
import java.util.Optional;

/**
 * Settings of one task.
 *
 * @param name of its own
 * @param path its files
 * @param kind null: told by its files
 * @param format null: told by its files
 * @param split of the data set
 * @param mainMetric null: the kind's own
 * @param queryInstruction null: each competitor's own
 * @param unknownIds what becomes of judgments about what is not there
 * @param ignoreIdenticalIds whether a query's own document is no answer
 * @param samplesPerLabel rows a classifier learns from
 */
public record TaskSettings(
    @Setting(doc = "Name in reports and of folders: letters, digits, . _ -") String name,
    @Setting(doc = "Folder, or file of rows, of the task.") String path,
    @Setting(doc = "What it asks; null tells it by the files.", standard = "null")
        Optional<TaskKind> kind,
    @Setting(
            doc = "How its files are laid out, docs/evaluation.md; null tells it by their names.",
            standard = "null")
        Optional<TaskFormat> format,
    @Setting(doc = "Which part of the data set is judged.", standard = "test") String split,
    @Setting(
            doc = "Metric that stands for the task, by its name in the report; null: mteb's.",
            standard = "null")
        Optional<String> mainMetric,
    @Setting(
            doc = "Instead of the competitors' own query_instruction, for this task alone.",
            standard = "null")
        Optional<String> queryInstruction,
    @Setting(
            doc =
                "Judgments about a query or document that is not there: refuse; count drops such queries, and keeps such documents as relevant ones that nobody finds.",
            standard = "refuse")
        UnknownIds unknownIds,
    @Setting(
            doc = "A document with the id of the query is no answer to it (BEIR's ArguAna, Quora).",
            standard = "false")
        boolean ignoreIdenticalIds,
    @Setting(
            doc = "Classification: texts of each label that a classifier learns from (mteb: 8).",
            standard = "8",
            min = 1,
            max = 100000)
        int samplesPerLabel) {

  /** What becomes of judgments about a query or document that is not there. */
  public enum UnknownIds {
    /** The task is refused. */
    REFUSE,
    /** They are counted. */
    COUNT
  }

  /** Checks the name. */
  public TaskSettings {
    checkName(name);
  }

  /**
   * Checks a task's name, which figures, files and folders bear.
   *
   * @throws IllegalArgumentException naming the setting
   */
  public static void checkName(String name) {
    if (!name.matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,99}")) {
      throw new IllegalArgumentException(
          "name = %s: must be letters, digits, . _ -, at most 100".formatted(name));
    }
  }
}
