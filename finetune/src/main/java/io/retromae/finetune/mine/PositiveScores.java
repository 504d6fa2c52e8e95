package io.retromae.finetune.mine;

import io.retromae.core.storage.Storage;
import io.retromae.embed.search.PairScores;
import io.retromae.embed.search.Similarity;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import java.io.IOException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/** Scores of all positives, whatever their rank. */
final class PositiveScores {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final MiningTexts texts;
  private final PairScores scores;

  PositiveScores(JavaSparkContext spark, Storage storage, MiningTexts texts) {
    this.spark = spark;
    this.storage = storage;
    this.texts = texts;
    this.scores = new PairScores(spark, storage, Similarity.COSINE);
  }

  /** Cosines, [query][positive], in the order of {@link QueryEntry#positives}. */
  double[][] of(VectorFiles queries, VectorFiles documents, MiningSets sets) throws IOException {
    double[][] all =
        IntStream.range(0, texts.queries())
            .mapToObj(query -> new double[texts.query(query).positives().length])
            .toArray(double[][]::new);
    spark.setJobGroup("retromae-embed-positives", "score the positives", true);
    fill(all, queries, documents, 0, texts.documents());
    if (texts.others() > 0) {
      VectorFiles others = VectorFiles.open(storage, sets.others().folder(), VectorColumns.DEFAULT);
      fill(all, queries, others, texts.documents(), texts.documents() + texts.others());
    }
    return all;
  }

  /** Scores the positives whose numbers are in a range, which begins at the first vector. */
  private void fill(
      double[][] all, VectorFiles queries, VectorFiles vectors, int fromNumber, int toNumber) {
    int count = 0;
    for (int query = 0; query < all.length; query++) {
      for (int positive : texts.query(query).positives()) {
        count += positive >= fromNumber && positive < toNumber ? 1 : 0;
      }
    }
    int[] pairQueries = new int[count];
    int[] pairDocuments = new int[count];
    int[] places = new int[count];
    int next = 0;
    for (int query = 0; query < all.length; query++) {
      int[] positives = texts.query(query).positives();
      for (int place = 0; place < positives.length; place++) {
        if (positives[place] >= fromNumber && positives[place] < toNumber) {
          pairQueries[next] = query;
          pairDocuments[next] = positives[place] - fromNumber;
          places[next++] = place;
        }
      }
    }
    double[] found =
        scores.of(
            queries,
            vectors,
            new PairScores.Pairs(pairQueries, pairDocuments),
            spark.defaultParallelism());
    for (int pair = 0; pair < count; pair++) {
      all[pairQueries[pair]][places[pair]] = found[pair];
    }
  }
}
