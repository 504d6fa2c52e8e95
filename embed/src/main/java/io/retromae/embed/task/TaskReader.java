package io.retromae.embed.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads tasks, whatever their kind and format. */
public final class TaskReader {
  private static final String TRAIN = "train";

  private final Storage storage;
  private final TaskSettings settings;
  private final TaskFiles files;
  private final TextCounts texts;

  private TaskReader(Storage storage, TaskSettings settings, TextSink sink) {
    this.storage = storage;
    this.settings = settings;
    this.files = TaskFiles.list(storage, settings);
    this.texts = new TextCounts(sink);
  }

  /**
   * Reads a task to its end. Large corpora go through, they are not held.
   *
   * @param sink takes the texts that are of use, in the order of the files
   * @throws ConfigException if files are not there, or none of a known kind
   * @throws CorruptDataException if a record is bad, ids are repeated or unknown, or nothing is
   *     left to judge
   */
  public static Task read(Storage storage, TaskSettings settings, TextSink sink) {
    return new TaskReader(storage, settings, sink).read();
  }

  private Task read() {
    Optional<TaskFormat> told = settings.format().or(() -> RetrievalFiles.told(files));
    boolean rows = told.isEmpty() || told.get() == TaskFormat.MTEB;
    boolean retrieval = settings.kind().filter(kind -> kind == TaskKind.RETRIEVAL).isPresent();
    if (rows && !retrieval) {
      return rows();
    }
    if (!retrieval && settings.kind().isPresent()) {
      throw new ConfigException(
          "task '%s' %s: its files are of a retrieval task (%s), not of kind = %s"
              .formatted(
                  settings.name(),
                  settings.path(),
                  told.orElseThrow().label(),
                  settings.kind().get().label()));
    }
    TaskFormat format = told.orElse(TaskFormat.BEIR);
    RetrievalReader reader =
        new RetrievalReader(
            storage, settings, RetrievalFiles.of(files, format, settings.split()), texts);
    Judgments judgments = reader.read();
    return new Task(
        settings, TaskKind.RETRIEVAL, format, judgments, texts.counts(), reader.leftOut());
  }

  private Task rows() {
    String split = settings.split().toLowerCase(Locale.ROOT);
    List<TaskFile> test = files.single() ? files.files() : files.partsOfSplit(split);
    TaskKind kind = settings.kind().orElseGet(() -> kind(test));
    RowUse use =
        switch (kind) {
          case RERANKING -> new RerankingRows(texts);
          case STS -> new SimilarityRows(texts);
          case PAIR_CLASSIFICATION -> new PairRows(texts);
          case CLASSIFICATION -> new ClassificationRows(texts);
          case CLUSTERING -> new ClusteringRows(texts);
          case RETRIEVAL -> throw new IllegalStateException("read from other files");
        };
    RecordLoop loop = new RecordLoop(settings.name());
    if (kind == TaskKind.CLASSIFICATION) {
      for (TaskFile file : files.partsOfSplit(TRAIN)) {
        loop.read(file.path(), () -> open(file), use::trainingRow);
      }
    }
    for (TaskFile file : test) {
      loop.read(file.path(), () -> open(file), use::row);
    }
    loop.finish();
    try {
      Judgments judgments = use.judgments();
      return new Task(settings, kind, TaskFormat.MTEB, judgments, texts.counts(), use.leftOut());
    } catch (RowUse.Nothing e) {
      throw new CorruptDataException(
          "task '%s' %s, split '%s': %s"
              .formatted(settings.name(), settings.path(), settings.split(), e.getMessage()),
          e);
    }
  }

  private Records open(TaskFile file) throws IOException {
    return RecordFile.open(storage, file.path());
  }

  /** What the first row of a split says. */
  private TaskKind kind(List<TaskFile> test) {
    TaskFile file = test.get(0);
    try (Records records = open(file)) {
      Optional<ObjectNode> row = records.next();
      if (row.isEmpty()) {
        throw new CorruptDataException(
            "task '%s': %s holds no record".formatted(settings.name(), file.path()));
      }
      return kind(row.get(), file);
    } catch (IOException | RefusedRecordException e) {
      throw new CorruptDataException(
          "task '%s': %s record 1 cannot be read: %s"
              .formatted(settings.name(), file.path(), e.getMessage()),
          e);
    }
  }

  private TaskKind kind(ObjectNode row, TaskFile file) {
    if (Fields.has(row, List.of("query"), Fields.POSITIVE, Fields.NEGATIVE)) {
      return TaskKind.RERANKING;
    }
    if (Fields.has(row, Fields.LEFT, Fields.RIGHT)) {
      return Fields.has(row, Fields.LABEL) ? TaskKind.PAIR_CLASSIFICATION : TaskKind.STS;
    }
    if (Fields.has(row, Fields.SENTENCES, Fields.LABEL)) {
      return row.has("text") ? TaskKind.CLASSIFICATION : TaskKind.CLUSTERING;
    }
    List<String> found = new java.util.ArrayList<>();
    row.fieldNames().forEachRemaining(found::add);
    throw new ConfigException(
        "task '%s': %s is of no known kind: it has the fields %s; known are query + positive + negative, sentence1 + sentence2 + score, sentence1 + sentence2 + labels, text + label, sentences + labels; set kind and format"
            .formatted(settings.name(), file.path(), String.join(", ", found)));
  }
}
