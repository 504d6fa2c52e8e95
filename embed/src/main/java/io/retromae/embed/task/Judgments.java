package io.retromae.embed.task;

import java.util.List;
import java.util.Map;

/** What is known to be right. Numbers of texts are those of {@link TextSink}. */
public sealed interface Judgments {
  /**
   * Of retrieval.
   *
   * @param queries ids of the queries that have a relevant document, in the order of their file
   * @param grades by query, then by document; 1 and above is relevant
   */
  record Retrieval(List<String> queries, Map<String, Map<String, Integer>> grades)
      implements Judgments {
    /** Copies the list. */
    public Retrieval {
      queries = List.copyOf(queries);
    }
  }

  /** Of reranking: queries that have candidates of both kinds. */
  record Reranking(List<Sample> samples) implements Judgments {
    /** Copies the list. */
    public Reranking {
      samples = List.copyOf(samples);
    }
  }

  /**
   * A query and its candidates.
   *
   * @param record place in the file, from 1
   * @param query number among the queries
   * @param positives numbers among the documents
   * @param negatives numbers among the documents
   */
  record Sample(long record, int query, int[] positives, int[] negatives) {}

  /**
   * Of semantic textual similarity.
   *
   * @param left numbers of the first sentences
   * @param right numbers of the second ones
   * @param scores how similar they are
   */
  record Similarity(int[] left, int[] right, double[] scores) implements Judgments {}

  /**
   * Of pairs.
   *
   * @param left numbers of the first sentences
   * @param right numbers of the second ones
   * @param same whether they belong together
   */
  record Pairs(int[] left, int[] right, boolean[] same) implements Judgments {}

  /**
   * Of classification. Labels are numbers: their own where all are whole numbers, else places in
   * the sorted list of labels.
   *
   * @param train numbers of the texts to learn from
   * @param trainLabels of those
   * @param test numbers of the texts to tell
   * @param testLabels of those
   */
  record Classification(int[] train, int[] trainLabels, int[] test, int[] testLabels)
      implements Judgments {}

  /** Of clustering: each set is clustered by itself. */
  record Clustering(List<Labelled> sets) implements Judgments {
    /** Copies the list. */
    public Clustering {
      sets = List.copyOf(sets);
    }
  }

  /**
   * Texts with labels.
   *
   * @param texts numbers of texts
   * @param labels as of classification
   */
  record Labelled(int[] texts, int[] labels) {}
}
