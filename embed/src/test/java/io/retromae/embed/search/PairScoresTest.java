package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scores of pairs are those that a search gives. */
class PairScoresTest {
  private static final Storage STORAGE = new Storage(new Configuration(false));
  private static final int FILES = 5;

  @TempDir Path folder;

  /** Writes vectors into several files. */
  private VectorFiles write(String name, VectorBlock vectors) throws IOException {
    for (int file = 0; file < FILES; file++) {
      try (VectorWriter writer =
          VectorFiles.createParquet(
              STORAGE,
              folder.toString(),
              "%s/%d.parquet".formatted(name, file),
              VectorColumns.DEFAULT)) {
        int to = vectors.size() * (file + 1) / FILES;
        for (int row = vectors.size() * file / FILES; row < to; row++) {
          writer.append(vectors.ids().get(row), vectors.vector(row));
        }
        writer.commit();
      }
    }
    return VectorFiles.open(STORAGE, folder.resolve(name).toString(), VectorColumns.DEFAULT);
  }

  @ParameterizedTest(name = "{0} partitions, {1}")
  @CsvSource({"1, COSINE", "3, DOT", "16, COSINE"})
  void theyHaveTheBitsOfASearch(int partitions, Similarity similarity) throws IOException {
    Random random = new Random(4);
    VectorBlock queries = BruteForce.vectors(random, 23, 10);
    VectorBlock documents = BruteForce.vectors(random, 57, 10);
    int[] pairQueries = new int[200];
    int[] pairDocuments = new int[200];
    for (int pair = 0; pair < pairQueries.length; pair++) { // some twice, some never
      pairQueries[pair] = random.nextInt(queries.size());
      pairDocuments[pair] = random.nextInt(documents.size());
    }

    double[] scores =
        new PairScores(LocalSpark.shared(), STORAGE, similarity)
            .of(
                write("queries", queries),
                write("documents", documents),
                new PairScores.Pairs(pairQueries, pairDocuments),
                partitions);

    Rows q = new Rows(queries, similarity);
    Rows d = new Rows(documents, similarity);
    for (int pair = 0; pair < scores.length; pair++) {
      double expected = q.score(pairQueries[pair], d, pairDocuments[pair]);
      assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(scores[pair]));
    }
  }
}
