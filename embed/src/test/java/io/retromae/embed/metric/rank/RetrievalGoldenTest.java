package io.retromae.embed.metric.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.metric.EvalGolden;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rankings scored by pytrec_eval and mteb. */
class RetrievalGoldenTest {
  private static final double TOLERANCE = 1e-12;

  /** Half of the last of five decimals: a mean near a half may have been rounded either way. */
  private static final double ROUNDING = 0.5e-5 + TOLERANCE;

  private static final Map<String, String> OF_PYTREC =
      Map.of(
          "num_ret", "returned",
          "num_rel", "relevant",
          "num_rel_ret", "relevant_returned");

  private static final Map<String, String> PREFIXES =
      Map.of(
          "P_", "precision_at_",
          "recall_", "recall_at_",
          "ndcg_cut_", "ndcg_at_",
          "map_cut_", "map_at_",
          "success_", "hit_rate_at_",
          "NDCG@", "ndcg_at_",
          "MAP@", "map_at_",
          "Recall@", "recall_at_",
          "P@", "precision_at_",
          "MRR@", "mrr_at_");

  static Stream<Named<JsonNode>> cases() {
    return EvalGolden.list(EvalGolden.json("retrieval.json").get("cases")).stream()
        .map(recorded -> Named.of(recorded.get("name").asText(), recorded));
  }

  private static int[] cutoffs() {
    return EvalGolden.ints(EvalGolden.json("retrieval.json").get("k_values"));
  }

  private static Qrels qrels(JsonNode recorded) {
    Map<String, Map<String, Integer>> qrels = new LinkedHashMap<>();
    EvalGolden.members(recorded.get("qrels"))
        .forEach(
            (query, documents) -> {
              Map<String, Integer> grades = new LinkedHashMap<>();
              EvalGolden.members(documents).forEach((id, grade) -> grades.put(id, grade.asInt()));
              qrels.put(query, grades);
            });
    return new Qrels(qrels);
  }

  private static Ranking ranking(List<JsonNode> rows) {
    return new Ranking(
        rows.stream().map(row -> row.get(0).asText()).toArray(String[]::new),
        rows.stream().mapToDouble(row -> row.get(1).asDouble()).toArray());
  }

  private static Map<String, Ranking> run(JsonNode recorded) {
    Map<String, Ranking> run = new LinkedHashMap<>();
    EvalGolden.members(recorded.get("run"))
        .forEach((query, rows) -> run.put(query, ranking(EvalGolden.list(rows))));
    return run;
  }

  /** The recorded scores are those of the last row of a document, as in a Python dict. */
  private static Map<String, Ranking> runOfLastRows(JsonNode recorded) {
    Map<String, Ranking> run = new LinkedHashMap<>();
    EvalGolden.members(recorded.get("run"))
        .forEach(
            (query, rows) -> {
              Map<String, JsonNode> last = new LinkedHashMap<>();
              EvalGolden.list(rows).forEach(row -> last.put(row.get(0).asText(), row));
              run.put(query, ranking(new ArrayList<>(last.values())));
            });
    return run;
  }

  private static boolean hasDocumentTwice(JsonNode recorded) {
    for (JsonNode rows : recorded.get("run")) {
      Set<String> ids = new HashSet<>();
      for (JsonNode row : rows) {
        if (!ids.add(row.get(0).asText())) {
          return true;
        }
      }
    }
    return false;
  }

  private static String ours(String recorded) {
    for (Map.Entry<String, String> prefix : PREFIXES.entrySet()) {
      String rest =
          recorded.startsWith(prefix.getKey()) ? recorded.substring(prefix.getKey().length()) : "";
      if (!rest.isEmpty() && rest.chars().allMatch(Character::isDigit)) {
        return prefix.getValue() + rest;
      }
    }
    return OF_PYTREC.getOrDefault(recorded, recorded);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoresOfQueriesEqual(JsonNode recorded) {
    RetrievalMetrics metrics =
        RetrievalMetrics.of(qrels(recorded), runOfLastRows(recorded), cutoffs());
    Map<String, JsonNode> perQuery = EvalGolden.members(recorded.get("per_query"));

    assertEquals(perQuery.keySet(), Set.copyOf(metrics.perQuery().queries()));
    perQuery.forEach(
        (query, scores) -> {
          int row = metrics.perQuery().queries().indexOf(query);
          EvalGolden.members(scores)
              .forEach(
                  (metric, score) ->
                      assertEquals(
                          score.asDouble(),
                          metrics.perQuery().values(ours(metric))[row],
                          TOLERANCE,
                          query + " " + metric));
        });
    EvalGolden.members(recorded.get("mrr_per_query"))
        .forEach(
            (metric, queries) ->
                EvalGolden.members(queries)
                    .forEach(
                        (query, score) ->
                            assertEquals(
                                score.asDouble(),
                                metrics.perQuery()
                                    .values(ours(metric))[
                                    metrics.perQuery().queries().indexOf(query)],
                                TOLERANCE,
                                query + " " + metric)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void meansEqual(JsonNode recorded) {
    RetrievalMetrics metrics =
        RetrievalMetrics.of(qrels(recorded), runOfLastRows(recorded), cutoffs());
    Map<String, Double> means = metrics.perQuery().means();

    for (JsonNode kind : recorded.get("mteb")) {
      EvalGolden.members(kind)
          .forEach(
              (metric, mean) -> {
                String name = metric.replace("HitRate@", "hit_rate_at_");
                assertEquals(mean.asDouble(), means.get(ours(name)), ROUNDING, metric);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void documentsReturnedTwiceAreRefused(JsonNode recorded) {
    if (hasDocumentTwice(recorded)) {
      CorruptDataException refused =
          assertThrows(
              CorruptDataException.class,
              () -> RetrievalMetrics.of(qrels(recorded), run(recorded), cutoffs()));
      assertTrue(refused.getMessage().contains("twice"), refused.getMessage());
    }
  }
}
