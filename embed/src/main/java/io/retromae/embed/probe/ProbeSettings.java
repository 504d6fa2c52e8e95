package io.retromae.embed.probe;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Setting;
import io.retromae.core.storage.Storage;
import io.retromae.embed.task.TaskSettings;
import io.retromae.training.bert.Pooling;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Retrieval tasks that the encoder is tried on as it is, without fine-tuning.
 *
 * @param tasks none: nothing is tried
 * @param steps steps between two tries; empty for {@code evaluation.eval_steps}
 * @param pooling how hidden states become a vector
 * @param queryMaxLength tokens of a query, special tokens included
 * @param passageMaxLength tokens of a document, special tokens included
 * @param maxQueries most queries of a task
 * @param maxDocuments most documents of a task
 */
public record ProbeSettings(
    @Setting(
            doc =
                "Retrieval tasks to try, such as {name: medical, path: examples/tasks/medical}; none"
                    + " tries nothing.",
            standard = "[]")
        List<ProbeTask> tasks,
    @Setting(
            doc =
                "Steps between two tries beside those at the start and at the end; null is"
                    + " evaluation.eval_steps.",
            standard = "null",
            min = 1)
        Optional<Integer> steps,
    @Setting(
            doc = "The vector of a text: cls, mean (over all its tokens) or last_token.",
            standard = "cls")
        Pooling pooling,
    @Setting(doc = "Tokens of a query, [CLS] and [SEP] counted.", standard = "64", min = 3)
        int queryMaxLength,
    @Setting(doc = "Tokens of a document, [CLS] and [SEP] counted.", standard = "128", min = 3)
        int passageMaxLength,
    @Setting(
            doc = "Queries of a task at most; of more, those whose ids have the smallest hashes.",
            standard = "1000",
            min = 1,
            max = 100_000)
        int maxQueries,
    @Setting(
            doc =
                "Documents of a task at most: all that are relevant, then those whose ids have the"
                    + " smallest hashes. Fewer documents are easier to tell apart.",
            standard = "10000",
            min = 1,
            max = 1_000_000)
        int maxDocuments) {

  /** Checks that names differ: figures are told apart by them. */
  public ProbeSettings {
    tasks = List.copyOf(tasks);
    List<String> names = tasks.stream().map(ProbeTask::name).toList();
    for (String name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new IllegalArgumentException(
            "tasks: the name '%s' is given twice; name each task differently".formatted(name));
      }
    }
  }

  /** The tasks as a worker finds them: {@code evaluation.probe.tasks=...}; empty without any. */
  public Optional<String> place(Storage storage) {
    return tasks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            tasks.stream()
                .map(task -> task.qualified(storage))
                .collect(Collectors.joining(", ", "evaluation.probe.tasks=[", "]")));
  }

  /**
   * One task.
   *
   * @param name in the names of its figures
   * @param path its folder
   * @param split of its queries
   * @param queryInstruction before each query
   */
  public record ProbeTask(
      @Setting(doc = "Name in the names of its figures: letters, digits, . _ -") String name,
      @Setting(doc = "Its folder, in the layout of BEIR, FlagEmbedding or TREC.") String path,
      @Setting(doc = "Which part of its queries.", standard = "test") String split,
      @Setting(doc = "Text before each query.", standard = "''") String queryInstruction) {
    /** Checks the name. */
    public ProbeTask {
      TaskSettings.checkName(name);
    }

    private String qualified(Storage storage) {
      return "{name: %s, path: %s, split: %s, query_instruction: %s}"
          .formatted(
              ConfigLoader.quoted(name),
              ConfigLoader.quoted(storage.qualify(path)),
              ConfigLoader.quoted(split),
              ConfigLoader.quoted(queryInstruction));
    }
  }
}
