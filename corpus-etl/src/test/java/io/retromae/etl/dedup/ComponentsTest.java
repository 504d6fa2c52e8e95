package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentsTest {
  private static final long NEVER_ONE_TASK = -1;

  @TempDir Path checkpoints;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void starsAlternatingFindTheComponentsOfUnionFind(long seed) throws IOException {
    List<long[]> edges = graph(seed);

    assertEquals(simple(edges), components(edges, NEVER_ONE_TASK));
    try (Stream<Path> files = Files.walk(checkpoints)) {
      assertTrue(files.anyMatch(file -> file.getFileName().toString().startsWith("part-")));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {3})
  void oneTaskFindsTheComponentsOfUnionFind(long seed) {
    List<long[]> edges = graph(seed);

    assertEquals(simple(edges), components(edges, DedupPlan.ONE_TASK_EDGES));
  }

  /** Pairs, a star, a long chain, a dense part; nodes and order at random. */
  private static List<long[]> graph(long seed) {
    Random random = new Random(seed);
    List<Long> nodes = new ArrayList<>(random.longs(1500, 0, 1L << 50).boxed().toList());
    List<long[]> edges = new ArrayList<>();
    for (int i = 1; i < 400; i++) {
      edges.add(new long[] {nodes.get(i - 1), nodes.get(i)}); // a chain
    }
    for (int i = 401; i < 800; i++) {
      edges.add(new long[] {nodes.get(400), nodes.get(i)}); // a star
    }
    for (int i = 0; i < 500; i++) {
      long a = nodes.get(800 + random.nextInt(700));
      long b = nodes.get(800 + random.nextInt(700));
      if (a != b) {
        edges.add(new long[] {a, b});
      }
    }
    Collections.shuffle(edges, random);
    return edges;
  }

  private Map<Long, Long> components(List<long[]> edges, long oneTaskEdges) {
    SparkSession spark = LocalSpark.session().newSession();
    spark.sparkContext().setCheckpointDir(checkpoints.toString());
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    List<Row> rows = edges.stream().map(edge -> RowFactory.create(edge[0], edge[1])).toList();
    Dataset<Row> graph = spark.createDataFrame(rows, SortedPass.longs("a", "b")).repartition(5);
    DedupPlan plan = new DedupPlan(DedupRun.settings(), 1, 3, "", false, oneTaskEdges);
    Map<Long, Long> roots = new HashMap<>();
    try (PassStorage storage = new PassStorage(true)) {
      for (Row row : new Components(plan, storage).of(graph).collectAsList()) {
        assertEquals(null, roots.put(row.getLong(0), row.getLong(1)), "each node once");
      }
    }
    return roots;
  }

  /** Labels spread until none changes: slow, but plainly right. */
  private static Map<Long, Long> simple(List<long[]> edges) {
    Map<Long, Long> labels = new HashMap<>();
    edges.forEach(edge -> labels.put(edge[0], edge[0]));
    edges.forEach(edge -> labels.put(edge[1], edge[1]));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (long[] edge : edges) {
        long smallest = Math.min(labels.get(edge[0]), labels.get(edge[1]));
        changed |= labels.put(edge[0], smallest) != smallest;
        changed |= labels.put(edge[1], smallest) != smallest;
      }
    }
    return labels;
  }
}
