package io.retromae.embed.probe;

import io.retromae.core.hash.Sha256;
import io.retromae.core.hash.TextSum;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.RowFrame;
import io.retromae.embed.encoder.ModelTokenizer;
import io.retromae.embed.metric.rank.Qrels;
import io.retromae.embed.task.Judgments;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskKind;
import io.retromae.embed.task.TaskReader;
import io.retromae.embed.task.TaskSettings;
import io.retromae.embed.task.TextSet;
import io.retromae.embed.task.TextSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads a task twice: to learn what it judges, then the texts that are tried, which alone are held.
 */
final class ProbeTaskReader {
  private final Storage storage;
  private final ProbeSettings settings;
  private final ProbeSettings.ProbeTask asked;
  private final ModelTokenizer tokenizer;
  private final TextSum queries = new TextSum();
  private final TextSum passages = new TextSum();

  ProbeTaskReader(
      Storage storage,
      ProbeSettings settings,
      ProbeSettings.ProbeTask asked,
      ModelTokenizer tokenizer) {
    this.storage = storage;
    this.settings = settings;
    this.asked = asked;
    this.tokenizer = tokenizer;
  }

  /** All queries of its files, whether they are judged or not; behind a reading. */
  TextSum queries() {
    return queries;
  }

  /** All its documents, whether they are tried or not; behind a reading. */
  TextSum passages() {
    return passages;
  }

  /**
   * Reads it.
   *
   * @throws io.retromae.core.failure.ConfigException if it is no retrieval task, or too large
   * @throws io.retromae.core.failure.CorruptDataException if its files are bad
   */
  TriedTask read() {
    Seen seen = new Seen();
    Task task = TaskReader.read(storage, taskSettings(), seen);
    TaskLimits limits =
        new TaskLimits(
            asked.name(), (Judgments.Retrieval) task.judgments(), seen.documents, settings);
    Chosen chosen = new Chosen(limits.grades().keySet(), limits.documents());
    TaskReader.read(storage, taskSettings(), chosen::take);
    List<int[]> rows = new ArrayList<>(chosen.queryRows);
    rows.addAll(chosen.documentRows);
    return new TriedTask(
        asked.name(),
        List.copyOf(chosen.queryIds),
        chosen.documentIds.toArray(String[]::new),
        rows,
        new Qrels(limits.grades()),
        TriedTask.METRICS,
        fingerprint(task));
  }

  /** Of all that is read; what is drawn of it depends on settings besides. */
  private String fingerprint(Task task) {
    List<String> parts = new ArrayList<>();
    parts.add(asked.name());
    parts.add(asked.queryInstruction());
    parts.add(task.texts().get(TextSet.QUERIES).fingerprint());
    parts.add(task.texts().get(TextSet.CORPUS).fingerprint());
    new TreeMap<>(((Judgments.Retrieval) task.judgments()).grades())
        .forEach((query, judged) -> parts.add(query + new TreeMap<>(judged)));
    return Sha256.of(String.join("\n", parts));
  }

  private TaskSettings taskSettings() {
    return new TaskSettings(
        asked.name(),
        asked.path(),
        Optional.of(TaskKind.RETRIEVAL),
        Optional.empty(),
        asked.split(),
        Optional.empty(),
        Optional.empty(),
        TaskSettings.UnknownIds.REFUSE,
        false,
        1);
  }

  /** The first reading: sums of all texts, and the documents that may be tried. */
  private final class Seen implements TextSink {
    private final SmallestHashes documents = new SmallestHashes(settings.maxDocuments());

    @Override
    public void text(TextSet set, String id, String text) {
      if (set == TextSet.QUERIES) {
        queries.add(text);
      } else {
        passages.add(text);
        documents.offer(id);
      }
    }

    @Override
    public void unaskedQuery(String text) {
      queries.add(text);
    }
  }

  /** Token ids of what is tried, in the order of the files. */
  private final class Chosen {
    private final Set<String> queriesWanted;
    private final Set<String> documentsWanted;
    private final List<String> queryIds = new ArrayList<>();
    private final List<String> documentIds = new ArrayList<>();
    private final List<int[]> queryRows = new ArrayList<>();
    private final List<int[]> documentRows = new ArrayList<>();

    Chosen(Set<String> queriesWanted, Set<String> documentsWanted) {
      this.queriesWanted = queriesWanted;
      this.documentsWanted = documentsWanted;
    }

    void take(TextSet set, String id, String text) {
      if (set == TextSet.QUERIES && queriesWanted.contains(id)) {
        queryIds.add(id);
        queryRows.add(ids(asked.queryInstruction() + text, settings.queryMaxLength()));
      } else if (set == TextSet.CORPUS && documentsWanted.contains(id)) {
        documentIds.add(id);
        documentRows.add(ids(text, settings.passageMaxLength()));
      }
    }

    private int[] ids(String text, int maxLength) {
      return RowFrame.cut(tokenizer.encode(text), maxLength);
    }
  }
}
