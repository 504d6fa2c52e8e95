package io.retromae.embed.job.evaluate;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.evaluate.CompetitorSettings;
import io.retromae.embed.job.texts.SetVectors;
import io.retromae.embed.metric.rank.Ranking;
import io.retromae.embed.search.ExactSearch;
import io.retromae.embed.search.Similarity;
import io.retromae.embed.search.TopK;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorIds;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/** The best documents of each query, searched on the cluster. */
final class CorpusSearch {
  private final JavaSparkContext spark;
  private final Storage storage;

  CorpusSearch(JavaSparkContext spark, Storage storage) {
    this.spark = spark;
    this.storage = storage;
  }

  /**
   * Searches.
   *
   * @param queries with their ids
   * @param k documents for each
   * @return by query, best first
   */
  Map<String, Ranking> run(
      VectorBlock queries, SetVectors corpus, int k, CompetitorSettings.Comparison comparison) {
    VectorIds ids = corpus.checkedIds();
    spark.setJobGroup(
        "retromae-embed-search",
        "search %,d documents for %,d queries".formatted(ids.size(), queries.size()),
        true);
    Similarity similarity =
        switch (comparison) {
          case COSINE -> Similarity.COSINE;
          case DOT -> Similarity.DOT;
        };
    Map<String, Ranking> run = new LinkedHashMap<>();
    ExactSearch search =
        ExactSearch.of(spark, storage, corpus.files(), spark.defaultParallelism(), k, similarity);
    try {
      search.search(queries, 0, found -> add(found, queries, ids, run));
    } catch (IOException e) {
      throw new ClusterException(
          "%s: the search failed: %s".formatted(corpus.files().path(), e.getMessage()), e);
    }
    return run;
  }

  private static void add(
      TopK found, VectorBlock queries, VectorIds ids, Map<String, Ranking> run) {
    for (int query = 0; query < found.queries(); query++) {
      String[] documents = new String[found.size(query)];
      double[] scores = new double[documents.length];
      for (int rank = 0; rank < documents.length; rank++) {
        documents[rank] = ids.get(found.number(query, rank));
        scores[rank] = found.score(query, rank);
      }
      int number = Math.toIntExact(found.firstQuery() + query);
      run.put(queries.ids().get(number), new Ranking(documents, scores));
    }
  }
}
