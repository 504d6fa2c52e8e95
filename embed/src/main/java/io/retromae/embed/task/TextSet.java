package io.retromae.embed.task;

import java.util.Locale;

/** What the texts of a task are to it, which decides the instruction before them. */
public enum TextSet {
  /** Queries of retrieval and reranking. */
  QUERIES,
  /** Documents that queries look for. */
  CORPUS,
  /** All texts of other tasks. */
  TEXTS;

  /** Name of its folder. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
