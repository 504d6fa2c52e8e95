package io.retromae.embed.task;

import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which files of a retrieval task hold what.
 *
 * @param format of them
 * @param corpus documents
 * @param queries of all splits, or of one
 * @param qrels judgments of the split
 */
record RetrievalFiles(
    TaskFormat format, List<TaskFile> corpus, List<TaskFile> queries, List<TaskFile> qrels) {
  private static final List<String> TREC_ENDINGS = List.of(".txt", ".trec", ".qrels");
  private static final List<String> ID_AND_TEXT = List.of("id", "text");
  private static final List<String> TREC_QRELS = List.of("qid", "iteration", "docid", "relevance");

  /** The format that names of files tell; empty if they are none of retrieval's. */
  static Optional<TaskFormat> told(TaskFiles files) {
    if (files.any(file -> file.stem().endsWith("_qrels"))) {
      return Optional.of(TaskFormat.FLAG_EMBEDDING);
    }
    if (files.any(RetrievalFiles::isTrecQrels)) {
      return Optional.of(TaskFormat.TREC);
    }
    boolean beir = files.any(TaskFile::isAmongQrels) && files.any(file -> file.isNamed("corpus"));
    return beir ? Optional.of(TaskFormat.BEIR) : Optional.empty();
  }

  private static boolean isTrecQrels(TaskFile file) {
    boolean ending = TREC_ENDINGS.contains(file.ending());
    boolean named = file.stem().equals("qrels") || file.stem().startsWith("qrels.");
    return named && !file.isAmongQrels()
        || ending && file.isAmongQrels()
        || file.ending().equals(".qrels");
  }

  private static String trecSplit(TaskFile file) {
    return file.stem().equals("qrels") ? "" : file.stem().replaceFirst("^qrels\\.", "");
  }

  /**
   * Finds them.
   *
   * @throws io.retromae.core.failure.ConfigException naming what is not there
   */
  static RetrievalFiles of(TaskFiles files, TaskFormat format, String asked) {
    String split = asked.toLowerCase(Locale.ROOT);
    List<TaskFile> corpus =
        files.required(
            "corpus (corpus.jsonl, .parquet; TREC: collection.tsv)",
            file -> file.isNamed("corpus") || file.isNamed("collection"));
    return switch (format) {
      case FLAG_EMBEDDING ->
          new RetrievalFiles(
              format,
              corpus,
              files.required(
                  "queries (%s_queries.jsonl)".formatted(asked),
                  file -> file.stem().equals(split + "_queries")),
              files.ofSplit(
                  split,
                  file -> file.stem().endsWith("_qrels"),
                  file -> file.stem().replaceFirst("_qrels$", "")));
      case TREC -> {
        boolean oneSplit = files.any(f -> isTrecQrels(f) && trecSplit(f).isEmpty());
        yield new RetrievalFiles(
            format,
            corpus,
            files.required(
                "queries (queries.tsv, queries.%s.tsv)".formatted(asked),
                file -> file.stem().equals("queries") || file.stem().equals("queries." + split)),
            oneSplit
                ? files.all(RetrievalFiles::isTrecQrels)
                : files.ofSplit(split, RetrievalFiles::isTrecQrels, RetrievalFiles::trecSplit));
      }
      case BEIR, MTEB ->
          new RetrievalFiles(
              format,
              corpus,
              files.required("queries (queries.jsonl, .parquet)", file -> file.isNamed("queries")),
              files.ofSplit(split, TaskFile::isAmongQrels, TaskFile::stem));
    };
  }

  /** Opens a file of documents or queries. */
  Records openTexts(Storage storage, TaskFile file) throws IOException {
    return format == TaskFormat.TREC && file.ending().equals(".tsv")
        ? RecordFile.openTabs(storage, file.path(), ID_AND_TEXT)
        : RecordFile.open(storage, file.path());
  }

  /** Opens a file of judgments. */
  Records openQrels(Storage storage, TaskFile file) throws IOException {
    return format == TaskFormat.TREC
        ? RecordFile.openBlanks(storage, file.path(), TREC_QRELS)
        : RecordFile.open(storage, file.path());
  }
}
