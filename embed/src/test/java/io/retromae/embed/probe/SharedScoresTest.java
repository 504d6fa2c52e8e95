package io.retromae.embed.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.embed.metric.rank.Qrels;
import io.retromae.training.collective.LocalCollective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedScoresTest {
  private static TriedTask task(int queries, int documents) {
    List<String> queryIds = new ArrayList<>();
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    for (int i = 0; i < queries; i++) {
      queryIds.add("q" + i);
      grades.put("q" + i, Map.of("d" + i, 1));
    }
    String[] ids = new String[documents];
    for (int i = 0; i < documents; i++) {
      ids[i] = "d" + i;
    }
    return new TriedTask("t", queryIds, ids, List.of(), new Qrels(grades), TriedTask.METRICS, "");
  }

  private static float[][] vectors(int count) {
    Random random = new Random(3);
    float[][] vectors = new float[count][7];
    for (float[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static Map<String, Double> means(TriedTask task, float[][] vectors) {
    return new SharedScores(task, vectors, new LocalCollective(), () -> {}).means();
  }

  @Test
  void figuresAreThoseOfSortingAllDocuments() {
    TriedTask task = task(20, 150);
    float[][] vectors = vectors(170);
    double reciprocal = 0;
    double hits = 0;
    for (int query = 0; query < 20; query++) {
      int rank = 1;
      for (int document = 0; document < 150; document++) {
        rank +=
            dot(vectors[query], vectors[20 + document]) > dot(vectors[query], vectors[20 + query])
                ? 1
                : 0;
      }
      reciprocal += rank <= 10 ? 1.0 / rank : 0;
      hits += rank <= 100 ? 1 : 0;
    }

    Map<String, Double> means = means(task, vectors);

    assertEquals(reciprocal / 20, means.get("mrr_at_10"), 1e-12);
    assertEquals(hits / 20, means.get("recall_at_100"), 1e-12);
    assertTrue(means.get("ndcg_at_10") >= means.get("mrr_at_10"));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void vectorsThatAreNoNumbersGiveNoFigureAndNoError() {
    float[][] vectors = vectors(12);
    vectors[11][2] = Float.NaN;

    means(task(4, 8), vectors).values().forEach(value -> assertTrue(value.isNaN(), "" + value));
  }
}
