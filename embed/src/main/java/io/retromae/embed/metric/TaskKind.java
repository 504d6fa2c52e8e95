package io.retromae.embed.metric;

/** The kinds of tasks, in the order in which MTEB and C-MTEB list them in their tables. */
public enum TaskKind {
  /** Documents found for queries. */
  RETRIEVAL("Retrieval", "ndcg_at_10"),
  /** Similarity of sentences, against what people said. */
  STS("STS", "cosine_spearman"),
  /** Two texts that belong together, or not. */
  PAIR_CLASSIFICATION("PairClassification", "max_ap"),
  /** A label predicted from few examples. */
  CLASSIFICATION("Classification", "accuracy"),
  /** Candidates of a query put in order. */
  RERANKING("Reranking", "map"),
  /** Texts put into groups. */
  CLUSTERING("Clustering", "v_measure");

  private final String label;
  private final String mainMetric;

  TaskKind(String label, String mainMetric) {
    this.label = label;
    this.mainMetric = mainMetric;
  }

  /** mteb's name of the kind. */
  public String label() {
    return label;
  }

  /** The metric that tables show and averages are made of. */
  public String mainMetric() {
    return mainMetric;
  }
}
