package io.retromae.embed.task;

import java.util.Locale;

/** What a task asks of vectors. */
public enum TaskKind {
  /** To find documents of a corpus for queries. */
  RETRIEVAL,
  /** To put a query's positive candidates before its negative ones. */
  RERANKING,
  /** To agree with people on how similar two sentences are. */
  STS,
  /** To tell pairs that belong together from others. */
  PAIR_CLASSIFICATION,
  /** To let a linear classifier tell labels. */
  CLASSIFICATION,
  /** To lie together where labels are the same. */
  CLUSTERING;

  /** As in settings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
