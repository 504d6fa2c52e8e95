package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.ml.TextEmbedder;
import io.retromae.embed.ml.TextTokenizer;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import io.retromae.spark.LocalSpark;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's Spark: one that serializes with Kryo, and one on which jobs are cancelled. */
class SearchOnSparkTest {
  private static final Storage STORAGE = new Storage(new Configuration(false));
  private static final int MANY_SECONDS = 120;

  private static final CountDownLatch SEARCHING = new CountDownLatch(3);
  private static final CountDownLatch ENDED = new CountDownLatch(1);

  @TempDir Path folder;

  @Test
  void stagesAndSearchWorkWhereSparkSerializesWithKryo() throws IOException {
    try (JavaSparkContext spark =
        LocalSpark.alone(
            LocalCluster.conf("local-cluster[1,1,1024]")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer"))) {
      stagesWork(SparkSession.builder().sparkContext(spark.sc()).getOrCreate());
      searchWorks(spark);
    } finally {
      SparkSession.clearDefaultSession();
      SparkSession.clearActiveSession();
    }
  }

  private static void stagesWork(SparkSession session) {
    String model = Path.of(System.getProperty("finetune.golden.dir"), "tiny").toString();
    Dataset<Row> texts =
        session.createDataset(List.of("one", "two words", ""), Encoders.STRING()).toDF("text");
    Dataset<Row> tokens =
        new TextTokenizer()
            .setModelPath(model)
            .setInputCol("text")
            .setOutputCol("tokens")
            .transform(texts);
    TextEmbedder embedder =
        new TextEmbedder().setModelPath(model).setOutputCol("vector").setOutputType("array");

    List<Row> ofTokens = embedder.setInputCol("tokens").transform(tokens).collectAsList();
    List<Row> ofTexts = embedder.setInputCol("text").transform(texts).collectAsList();

    assertEquals(3, ofTokens.size());
    for (int i = 0; i < ofTexts.size(); i++) {
      assertFalse(ofTexts.get(i).getList(1).isEmpty());
      assertArrayEquals(
          ofTexts.get(i).getList(1).toArray(), ofTokens.get(i).getList(2).toArray(), "row " + i);
    }
  }

  private void searchWorks(JavaSparkContext spark) throws IOException {
    VectorBlock documents = BruteForce.vectors(new Random(1), 500, 12);
    VectorBlock queries = BruteForce.vectors(new Random(2), 20, 12);
    for (int i = 0; i < 2; i++) {
      write("part-" + i, documents.part(250 * i, 250 * (i + 1)));
    }
    VectorFiles files = VectorFiles.open(STORAGE, folder.toString(), VectorColumns.DEFAULT);
    List<TopK> found = new ArrayList<>();

    ExactSearch.of(spark, STORAGE, files, 2, 9, Similarity.DOT).search(queries, 0, found::add);

    int query = 0;
    for (TopK some : found) {
      VectorBlock asked = queries.part(query, query + some.queries());
      BruteForce.assertBest(some, asked, documents, 9, Similarity.DOT);
      query += some.queries();
    }
    assertEquals(20, query);
  }

  private void write(String name, VectorBlock block) throws IOException {
    try (VectorWriter writer =
        VectorFiles.createParquet(
            STORAGE, folder.toString(), name + ".parquet", VectorColumns.DEFAULT)) {
      for (int i = 0; i < block.size(); i++) {
        writer.append(name + block.ids().get(i), block.vector(i));
      }
      writer.commit();
    }
  }

  @Test
  void aCancelledSearchEndsItsTasks() throws Exception {
    try (JavaSparkContext spark = LocalSpark.alone(LocalCluster.conf("local[2]"))) {
      JavaRDD<DocumentBlock> endless =
          spark.parallelize(List.of(0), 1).flatMap(number -> endlessDocuments());
      CompletableFuture<Void> search =
          CompletableFuture.runAsync(
              () -> {
                spark.setJobGroup("search", "to be cancelled");
                search(spark, endless);
              });

      assertTrue(SEARCHING.await(MANY_SECONDS, TimeUnit.SECONDS));
      spark.sc().cancelJobGroup("search");

      Throwable failure = assertThrows(ExecutionException.class, search::get).getCause();
      assertTrue(failure instanceof ClusterException, failure.toString());
      assertTrue(ENDED.await(MANY_SECONDS, TimeUnit.SECONDS), "the task goes on");
    }
  }

  private static void search(JavaSparkContext spark, JavaRDD<DocumentBlock> documents) {
    VectorBlock queries = BruteForce.vectors(new Random(3), 5, 8);
    try {
      new ExactSearch(spark, documents, 2, Similarity.DOT).search(queries, 0, found -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Iterator<DocumentBlock> endlessDocuments() {
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> ENDED.countDown());
    VectorBlock vectors = BruteForce.vectors(new Random(4), 100, 8);
    return LongStream.iterate(0, first -> first + vectors.size())
        .peek(first -> SEARCHING.countDown())
        .mapToObj(first -> new DocumentBlock(first, vectors))
        .iterator();
  }
}
