package io.retromae.etl.decontaminate;

import java.util.Locale;

/** What a benchmark text is to its task. */
public enum Part {
  /** What is asked: queries, questions, sentences to compare or to classify. */
  QUERIES,
  /** What is searched: a retrieval corpus, candidates to rank. */
  PASSAGES;

  /** The name in settings and reports. */
  String label() {
    return toString().toLowerCase(Locale.ROOT);
  }
}
