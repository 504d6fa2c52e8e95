package io.retromae.embed.metric.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.CounterRandom;
import io.retromae.embed.metric.QueryScores;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrievalMetricsTest {
  private static Qrels qrels(String query, Map<String, Integer> grades) {
    return new Qrels(Map.of(query, grades));
  }

  private static Ranking ranking(Object... idsAndScores) {
    int size = idsAndScores.length / 2;
    return new Ranking(
        IntStream.range(0, size).mapToObj(i -> (String) idsAndScores[2 * i]).toArray(String[]::new),
        IntStream.range(0, size).mapToDouble(i -> (double) idsAndScores[2 * i + 1]).toArray());
  }

  private static String refusal(Ranking ranking) {
    return assertThrows(
            CorruptDataException.class,
            () -> RetrievalMetrics.of(qrels("q", Map.of("a", 1)), Map.of("q", ranking), 10))
        .getMessage();
  }

  @Test
  void aDocumentTwiceIsRefusedWithQueryDocumentAndScores() {
    assertEquals(
        "run, query q: document b is returned twice, with the scores 0.5 and 0.25; keep one",
        refusal(ranking("b", 0.5, "a", 0.4, "b", 0.25)));
  }

  @Test
  void aScoreThatIsNoNumberIsRefused() {
    assertEquals(
        "run, query q: document a has the score NaN; scores must be numbers",
        refusal(ranking("a", Double.NaN)));
  }

  @Test
  void zeroAndMinusZeroAreATie() {
    QueryScores scores =
        RetrievalMetrics.of(
                qrels("q", Map.of("a", 1)), Map.of("q", ranking("a", 0.0, "b", -0.0)), 1)
            .perQuery();

    assertEquals(0.5, scores.values("recip_rank")[0]);
    assertEquals(0, scores.values("mrr_at_1")[0]);
  }

  @Test
  void meansOverAllJudgedQueriesCountTheMissingOnesAsZero() {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    grades.put("q1", Map.of("a", 1));
    grades.put("q2", Map.of("a", 1));

    RetrievalMetrics metrics =
        RetrievalMetrics.of(
            new Qrels(grades), Map.of("q1", ranking("a", 1.0), "q9", ranking("a", 1.0)), 10);

    assertEquals(List.of("q2"), metrics.notInRun());
    assertEquals(List.of("q9"), metrics.notJudged());
    assertEquals(1, metrics.perQuery().means().get("ndcg_at_10"));
    assertEquals(0.5, metrics.meansOverJudged().get("ndcg_at_10"));
  }

  @Test
  void queriesWithoutRelevantDocumentsCanBeDroppedBefore() {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    grades.put("q1", Map.of("a", 0));
    grades.put("q2", Map.of());
    grades.put("q3", Map.of("a", 1, "b", -1));

    assertEquals(1, new Qrels(grades).withRelevant().size());
  }

  @Test
  void theQuerysOwnDocumentCanBeLeftOut() {
    Ranking ranking = ranking("a", 1.0, "q", 0.9, "b", 0.8);

    assertEquals(List.of("a", "b"), List.of(ranking.without("q").ids()));
    assertEquals(3, ranking.without("z").size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void idsAreComparedAsTheirBytes(long seed) {
    CounterRandom random = new CounterRandom(seed, 0, 0, 0);
    int[] points = {'a', 'Z', 0xe9, 0x4e2d, 0xd7ff, 0xe000, 0xff21, 0xffff, 0x10000, 0x1f600};
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int length = random.nextInt(4);
      ids.add(
          IntStream.range(0, length)
              .mapToObj(j -> Character.toString(points[random.nextInt(points.length)]))
              .reduce("", String::concat));
    }
    Comparator<String> bytes =
        (a, b) ->
            Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    for (String a : ids) {
      for (String b : ids) {
        assertEquals(
            Integer.signum(bytes.compare(a, b)), Integer.signum(IdOrder.compare(a, b)), a + b);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ranksAreThoseOfAFullSort(long seed) {
    CounterRandom random = new CounterRandom(seed, 1, 0, 0);
    int size = 1 + random.nextInt(300);
    int levels = 1 + random.nextInt(20);
    String[] ids = IntStream.range(0, size).mapToObj(i -> "d" + i).toArray(String[]::new);
    double[] scores = IntStream.range(0, size).mapToDouble(i -> random.nextInt(levels)).toArray();
    Map<String, Integer> grades = new LinkedHashMap<>();
    IntStream.range(0, 20).forEach(i -> grades.put("d" + random.nextInt(400), 1));
    Integer[] order = IntStream.range(0, size).boxed().toArray(Integer[]::new);
    Arrays.sort(
        order,
        Comparator.<Integer>comparingDouble(i -> -scores[i])
            .thenComparing(i -> ids[i], Comparator.reverseOrder()));

    QueryScores found =
        RetrievalMetrics.of(
                new Qrels(Map.of("q", grades)), Map.of("q", new Ranking(ids, scores)), 10)
            .perQuery();

    double sum = 0;
    int hits = 0;
    for (int place = 0; place < size; place++) {
      if (grades.containsKey(ids[order[place]])) {
        hits++;
        sum += (double) hits / (place + 1);
      }
    }
    assertEquals(sum / grades.size(), found.values("map")[0], 1e-12);
    assertEquals(hits, found.values("relevant_returned")[0]);
  }

  @Test
  void aRowForEachMetricThatIsAskedFor() {
    QueryScores scores =
        RetrievalMetrics.of(
                qrels("q", Map.of("a", 2)), Map.of("q", ranking("a", 1.0)), 1, 1_000_000)
            .perQuery();

    assertEquals(1e-6, scores.values("precision_at_1000000")[0]);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> scores.values("ndcg_at_7"))
            .getMessage()
            .startsWith("no metric ndcg_at_7; there are [ndcg_at_1,"));
  }
}
