package io.retromae.embed.job.evaluate;

import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.embed.report.EvaluationReport.Document;
import io.retromae.embed.report.EvaluationReport.Query;
import io.retromae.embed.report.EvaluationReport.WorstQueries;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Finds the texts that the report shows. */
final class TextLookup {
  private static final int MOST_CHARACTERS = 400;

  private final JavaSparkContext spark;
  private final Storage storage;
  private final String output;

  /**
   * On a cluster.
   *
   * @param output qualified folder of the job
   */
  TextLookup(JavaSparkContext spark, Storage storage, String output) {
    this.spark = spark;
    this.storage = storage;
    this.output = output;
  }

  /** The worst queries of a task with all their texts: those of all competitors by one look. */
  List<WorstQueries> filled(Task task, List<WorstQueries> worst) {
    if (worst.isEmpty()) {
      return worst;
    }
    Set<String> queries = new HashSet<>();
    Set<String> documents = new HashSet<>();
    for (WorstQueries ofOne : worst) {
      for (Query query : ofOne.queries()) {
        queries.add(query.id());
        query.wanted().forEach(document -> documents.add(document.id()));
        query.found().forEach(document -> documents.add(document.id()));
      }
    }
    Map<TextSet, Map<String, String>> texts =
        find(task, Map.of(TextSet.QUERIES, queries, TextSet.CORPUS, documents));
    return worst.stream()
        .map(
            ofOne ->
                new WorstQueries(
                    ofOne.competitor(),
                    ofOne.metric(),
                    ofOne.queries().stream().map(query -> filled(query, texts)).toList()))
        .toList();
  }

  private static Query filled(Query query, Map<TextSet, Map<String, String>> texts) {
    Map<String, String> documents = texts.get(TextSet.CORPUS);
    return new Query(
        query.id(),
        texts.get(TextSet.QUERIES).getOrDefault(query.id(), ""),
        query.value(),
        filled(query.wanted(), documents),
        filled(query.found(), documents));
  }

  private static List<Document> filled(List<Document> documents, Map<String, String> texts) {
    return documents.stream()
        .map(
            document ->
                new Document(
                    document.id(),
                    texts.getOrDefault(document.id(), ""),
                    document.grade(),
                    document.rank()))
        .toList();
  }

  /** A text that was looked for. */
  private record Found(TextSet set, String id, String text) implements Serializable {}

  private Map<TextSet, Map<String, String>> find(Task task, Map<TextSet, Set<String>> wanted) {
    Storage storage = this.storage; // for tasks, which must not take this object along
    List<Tuple2<TextSet, String>> parts = new ArrayList<>();
    Map<TextSet, Map<String, String>> found = new EnumMap<>(TextSet.class);
    for (TextSet set : wanted.keySet()) {
      StoredTexts texts = TextStore.place(output, task.texts().get(set));
      for (int part = 0; part < texts.parts(); part++) {
        parts.add(new Tuple2<>(set, texts.path(part)));
      }
      found.put(set, new HashMap<>());
    }
    spark.setJobGroup("retromae-embed-texts", "look texts up", true);
    spark
        .parallelize(parts, parts.size())
        .flatMap(part -> find(storage, part._1(), part._2(), wanted.get(part._1())))
        .collect()
        .forEach(text -> found.get(text.set()).put(text.id(), text.text()));
    return found;
  }

  private static Iterator<Found> find(Storage storage, TextSet set, String path, Set<String> ids)
      throws IOException {
    List<Found> found = new ArrayList<>();
    try (ColumnTable.Reader rows = new ColumnTable.Reader(storage, path, StoredTexts.COLUMNS)) {
      while (rows.next()) {
        String id = rows.text(StoredTexts.ID);
        if (ids.contains(id)) {
          found.add(new Found(set, id, beginning(rows.text(StoredTexts.TEXT))));
        }
      }
    }
    return found.iterator();
  }

  private static String beginning(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return text;
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1));
    return text.substring(0, inPair ? MOST_CHARACTERS - 1 : MOST_CHARACTERS) + "…";
  }
}
