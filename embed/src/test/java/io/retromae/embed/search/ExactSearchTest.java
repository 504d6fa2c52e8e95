package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import io.retromae.spark.LocalSpark;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact search by two executors in processes of their own, one of which is killed. */
class ExactSearchTest {
  private static final int K = 30;
  private static final Storage STORAGE = new Storage(new Configuration(false));

  private static JavaSparkContext spark;
  private static VectorBlock documents;
  private static VectorBlock queries;
  private static TopK expected;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.alone(LocalCluster.conf("local-cluster[2,1,1024]"));
    Random random = new Random(1);
    documents = BruteForce.vectors(random, 6_000, 24);
    queries = BruteForce.vectors(random, 90, 24);
    for (int i = 0; i < 6; i++) {
      write("documents", "part-" + i, documents.part(1_000 * i, 1_000 * (i + 1)));
    }
    write("queries", "all", queries);
    try (BlockSearch search = new BlockSearch(queries, 0, K, Similarity.COSINE, 1)) {
      search.add(documents, 0);
      expected = search.result();
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static void write(String set, String name, VectorBlock block) throws IOException {
    String target = folder.resolve(set).toString();
    try (VectorWriter writer =
        VectorFiles.createParquet(STORAGE, target, name + ".parquet", VectorColumns.DEFAULT)) {
      for (int i = 0; i < block.size(); i++) {
        writer.append(set + block.ids().get(i) + name, block.vector(i));
      }
      writer.commit();
    }
  }

  private static VectorFiles open(String set) throws IOException {
    return VectorFiles.open(STORAGE, folder.resolve(set).toString(), VectorColumns.DEFAULT);
  }

  private static ExactSearch search(int partitions) throws IOException {
    return ExactSearch.of(spark, STORAGE, open("documents"), partitions, K, Similarity.COSINE);
  }

  private static void assertExpected(List<TopK> found) {
    int query = 0;
    for (TopK some : found) {
      BruteForce.assertSameBits(expected.part(query, query + some.queries()), some);
      query += some.queries();
    }
    assertEquals(expected.queries(), query);
  }

  @ParameterizedTest(name = "{0} partitions")
  @ValueSource(ints = {1, 2, 4})
  void allPartitionsFindTheSameBits(int partitions) throws IOException {
    List<TopK> found = new ArrayList<>();

    search(partitions).search(open("queries"), found::add);

    assertExpected(found);
  }

  @Test
  void aKilledExecutorChangesNothing() throws IOException {
    JavaRDD<DocumentBlock> blocks =
        spark
            .parallelize(List.of(0, 1, 2, 3), 4)
            .map(ExactSearchTest::killedOnce)
            .map(ExactSearchTest::quarter);
    List<TopK> found = new ArrayList<>();

    spark.setLocalProperty("killed", folder.resolve("killed").toString());
    new ExactSearch(spark, blocks, K, Similarity.COSINE).search(queries, 0, found::add);

    assertExpected(found);
    assertTrue(Files.exists(folder.resolve("killed")));
  }

  private static int killedOnce(int quarter) throws IOException {
    if (quarter == 2 && TaskContext.get().attemptNumber() == 0) {
      Files.createFile(Path.of(TaskContext.get().getLocalProperty("killed")));
      Runtime.getRuntime().halt(9);
    }
    return quarter;
  }

  private static DocumentBlock quarter(int quarter) {
    Random random = new Random(1);
    VectorBlock all = BruteForce.vectors(random, 6_000, 24);
    return new DocumentBlock(1_500L * quarter, all.part(1_500 * quarter, 1_500 * (quarter + 1)));
  }

  @Test
  void withoutDocumentsQueriesFindNone() throws IOException {
    write("empty", "none", documents.part(0, 0));
    List<TopK> found = new ArrayList<>();

    ExactSearch.of(spark, STORAGE, open("empty"), 2, K, Similarity.DOT)
        .search(queries, 7, found::add);

    assertEquals(1, found.size());
    assertEquals(90, found.get(0).queries());
    assertEquals(7, found.get(0).firstQuery());
    assertEquals(0, found.get(0).size(89));
  }

  @Test
  void whatATaskRefusesIsSaidAsItIs() throws IOException {
    VectorBlock wide = BruteForce.vectors(new Random(2), 3, 25);
    float[] endless = new float[24];
    endless[3] = 1e30f;
    write("endless", "one", new VectorBlock(List.of("big"), endless, 24));

    String width =
        assertThrows(ConfigException.class, () -> search(2).search(wide, 0, found -> {}))
            .getMessage();
    String length =
        assertThrows(
                CorruptDataException.class,
                () ->
                    ExactSearch.of(spark, STORAGE, open("endless"), 2, K, Similarity.DOT)
                        .search(queries, 0, found -> {}))
            .getMessage();
    String k =
        assertThrows(
                ConfigException.class,
                () -> ExactSearch.of(spark, STORAGE, open("documents"), 2, 0, Similarity.DOT))
            .getMessage();

    assertTrue(width.contains("24 values, queries of 25"), width);
    assertTrue(length.contains("endlessbigone"), length);
    assertTrue(k.contains("k = 0"), k);
  }
}
