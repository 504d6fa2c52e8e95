package io.retromae.embed.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a retrieval task: judgments first, then the queries they are about, then documents. */
final class RetrievalReader {
  private final Storage storage;
  private final TaskSettings settings;
  private final RetrievalFiles files;
  private final TextSink sink;
  private final RecordLoop loop;
  private final Map<String, Long> leftOut = new TreeMap<>();
  private final Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();

  RetrievalReader(Storage storage, TaskSettings settings, RetrievalFiles files, TextSink sink) {
    this.storage = storage;
    this.settings = settings;
    this.files = files;
    this.sink = sink;
    this.loop = new RecordLoop(settings.name());
  }

  /** What was left out, by reason. */
  Map<String, Long> leftOut() {
    return leftOut;
  }

  private void leaveOut(String reason) {
    leftOut.merge(reason, 1L, Long::sum);
  }

  /**
   * Reads all.
   *
   * @throws CorruptDataException naming the bad records, or if no query is left
   */
  Judgments.Retrieval read() {
    for (TaskFile file : files.qrels()) {
      loop.read(file.path(), () -> files.openQrels(storage, file), this::judgment);
    }
    loop.finish();
    Set<String> judged = new HashSet<>(grades.keySet());
    grades.values().removeIf(of -> of.values().stream().noneMatch(grade -> grade >= 1));
    if (grades.size() < judged.size()) {
      leftOut.put("queries_without_relevant_documents", (long) judged.size() - grades.size());
    }
    List<String> queries = queries(judged);
    corpus();
    loop.finish();
    if (queries.isEmpty()) {
      throw new CorruptDataException(
          "task '%s' %s: no query of split '%s' has a relevant document"
              .formatted(settings.name(), settings.path(), settings.split()));
    }
    return new Judgments.Retrieval(queries, grades);
  }

  private void judgment(ObjectNode record, long number) throws RefusedRecordException {
    String query = Fields.id(record, Fields.QUERY_ID);
    String document = Fields.id(record, Fields.DOCUMENT_ID);
    int grade = Fields.grade(record);
    Integer before =
        grades.computeIfAbsent(query, q -> new LinkedHashMap<>()).putIfAbsent(document, grade);
    if (before != null && before != grade) {
      throw new RefusedRecordException(
          "contradiction",
          "query '%s', document '%s': grade %d here, %d before"
              .formatted(query, document, grade, before));
    }
    if (before != null) {
      leaveOut("repeated_judgments");
    }
  }

  private List<String> queries(Set<String> judged) {
    List<String> queries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (TaskFile file : files.queries()) {
      loop.read(
          file.path(),
          () -> files.openTexts(storage, file),
          (record, number) -> {
            String id = Fields.id(record, Fields.ID);
            String text = Fields.text(record, Fields.TEXT);
            if (!seen.add(id)) {
              throw new RefusedRecordException(
                  "repeated_id", "a second query with the id '%s'".formatted(id));
            }
            if (grades.containsKey(id)) {
              queries.add(id);
              sink.text(TextSet.QUERIES, id, text);
            } else {
              sink.unaskedQuery(text);
              if (!judged.contains(id)) {
                leaveOut("queries_not_judged");
              }
            }
          });
    }
    List<String> unknown = grades.keySet().stream().filter(id -> !seen.contains(id)).toList();
    if (!unknown.isEmpty()) {
      unknown("queries", unknown);
      unknown.forEach(grades::remove);
    }
    return queries;
  }

  private void corpus() {
    Set<String> wanted = new HashSet<>();
    grades.values().forEach(of -> wanted.addAll(of.keySet()));
    RepeatedIds ids = new RepeatedIds();
    for (TaskFile file : files.corpus()) {
      loop.read(
          file.path(),
          () -> files.openTexts(storage, file),
          (record, number) -> {
            String id = Fields.id(record, Fields.ID);
            String text = document(record);
            ids.add(id);
            wanted.remove(id);
            sink.text(TextSet.CORPUS, id, text);
          });
    }
    if (ids.isEmpty()) {
      loop.problem("there is no document in " + files.corpus().get(0).path());
    }
    refuseRepeated(ids.suspects());
    if (!wanted.isEmpty()) {
      unknown("documents", wanted.stream().sorted().toList());
    }
  }

  /** Title and text as the published evaluations join them. */
  private static String document(ObjectNode record) throws RefusedRecordException {
    String text = Fields.text(record, Fields.TEXT);
    JsonNode title = record.path("title");
    if (title.isMissingNode() || title.isNull()) {
      return PythonBlanks.strip(text);
    }
    return PythonBlanks.strip(Fields.text(title, "title") + " " + text);
  }

  private void refuseRepeated(Set<Long> suspects) {
    if (suspects.isEmpty()) {
      return;
    }
    Map<String, String> first = new HashMap<>();
    for (TaskFile file : files.corpus()) {
      loop.read(
          file.path(),
          () -> files.openTexts(storage, file),
          (record, number) -> {
            String id = Fields.id(record, Fields.ID);
            if (suspects.contains(SplitMix64.hash(id))) {
              String here = "%s record %,d".formatted(file.path(), number);
              String before = first.putIfAbsent(id, here);
              if (before != null) {
                throw new RefusedRecordException(
                    "repeated_id",
                    "a second document with the id '%s', the first: %s".formatted(id, before));
              }
            }
          });
    }
  }

  private void unknown(String what, List<String> ids) {
    if (settings.unknownIds() == TaskSettings.UnknownIds.COUNT) {
      leftOut.put("judged_" + what + "_that_are_not_there", (long) ids.size());
      return;
    }
    loop.problem(
        "%,d judged %s are not there, such as '%s'; add them, or set unknown_ids: count"
            .formatted(ids.size(), what, ids.get(0)));
  }
}
