package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.spark.LocalSpark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void fewDocumentsAreAllPairs() {
    assertEquals(28, edges(8, 100).size());
  }

  @Test
  void manyDocumentsAreAStarAndNeighbours() {
    Set<String> edges = edges(9, 100);

    assertEquals(8 + 7, edges.size());
    assertEquals(Set.of(), missing(edges, "0 0 8", "0 7 8", "0 0 1", "0 1 2"));
  }

  @Test
  void beyondTheLimitOnlyTheStarGrowsAndTheBucketIsReported() {
    Set<String> edges = edges(50, 20);

    assertEquals(49 + 18 + 1, edges.size());
    assertEquals(Set.of(), missing(edges, "50 0 0", "0 0 49", "0 18 19"));
  }

  private static Set<String> missing(Set<String> edges, String... expected) {
    Set<String> missing = new TreeSet<>(List.of(expected));
    missing.removeAll(edges);
    return missing;
  }

  /** Of one band that all documents share; ids and places ascend. */
  private static Set<String> edges(int documents, int most) {
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < documents; i++) {
      byte[] bands = ByteBuffer.allocate(Long.BYTES).putLong(77).array();
      rows.add(RowFactory.create(i, i, 0L, 1L, 0L, bands));
    }
    DedupSettings settings = DedupRun.settings("minhash.max_bucket=" + most);
    DedupPlan plan = new DedupPlan(settings, 1, 2, "", false, 0);
    Set<String> edges = new TreeSet<>();
    Buckets.edges(LocalSpark.session().createDataFrame(rows, ExactGroups.COLUMNS), plan)
        .collectAsList()
        .forEach(e -> edges.add(e.getLong(0) + " " + e.getLong(1) + " " + e.getLong(2)));
    return edges;
  }
}
