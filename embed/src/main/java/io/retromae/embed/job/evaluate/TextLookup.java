package io.retromae.embed.job.evaluate;

import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.report.EvaluationReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Finds the texts that the report shows. */
final class TextLookup {
  private static final int MOST_CHARACTERS = 400;

  private final JavaSparkContext spark;
  private final Storage storage;

  TextLookup(JavaSparkContext spark, Storage storage) {
    this.spark = spark;
    this.storage = storage;
  }

  /** Queries with all their texts. */
  List<EvaluationReport.Query> filled(
      List<EvaluationReport.Query> queries, StoredTexts queryTexts, StoredTexts documentTexts) {
    Set<String> wantedQueries = new HashSet<>();
    Set<String> wanted = new HashSet<>();
    for (EvaluationReport.Query query : queries) {
      wantedQueries.add(query.id());
      query.wanted().forEach(document -> wanted.add(document.id()));
      query.found().forEach(document -> wanted.add(document.id()));
    }
    if (queries.isEmpty()) {
      return queries;
    }
    Map<String, String> ofQueries = find(queryTexts, wantedQueries);
    Map<String, String> ofDocuments = find(documentTexts, wanted);
    return queries.stream()
        .map(
            query ->
                new EvaluationReport.Query(
                    query.id(),
                    ofQueries.getOrDefault(query.id(), ""),
                    query.value(),
                    filled(query.wanted(), ofDocuments),
                    filled(query.found(), ofDocuments)))
        .toList();
  }

  private static List<EvaluationReport.Document> filled(
      List<EvaluationReport.Document> documents, Map<String, String> texts) {
    return documents.stream()
        .map(
            document ->
                new EvaluationReport.Document(
                    document.id(),
                    texts.getOrDefault(document.id(), ""),
                    document.grade(),
                    document.rank()))
        .toList();
  }

  private Map<String, String> find(StoredTexts texts, Set<String> ids) {
    Storage storage = this.storage; // for tasks, which must not take this object along
    spark.setJobGroup("retromae-embed-texts", "look texts up", true);
    List<Integer> parts = IntStream.range(0, texts.parts()).boxed().toList();
    Map<String, String> found = new HashMap<>();
    spark
        .parallelize(parts, parts.size())
        .flatMap(part -> find(storage, texts.path(part), ids))
        .collect()
        .forEach(text -> found.put(text._1(), text._2()));
    return found;
  }

  private static Iterator<Tuple2<String, String>> find(
      Storage storage, String path, Set<String> ids) throws IOException {
    List<Tuple2<String, String>> found = new ArrayList<>();
    try (ColumnTable.Reader rows = new ColumnTable.Reader(storage, path, StoredTexts.COLUMNS)) {
      while (rows.next()) {
        String id = rows.text(StoredTexts.ID);
        if (ids.contains(id)) {
          found.add(new Tuple2<>(id, beginning(rows.text(StoredTexts.TEXT))));
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
