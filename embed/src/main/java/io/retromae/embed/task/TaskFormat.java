package io.retromae.embed.task;

import java.util.Locale;

/** How the files of a task are laid out. */
public enum TaskFormat {
  /** {@code corpus.jsonl}, {@code queries.jsonl}, {@code qrels/SPLIT.tsv}. */
  BEIR,
  /** {@code corpus.jsonl}, {@code SPLIT_queries.jsonl}, {@code SPLIT_qrels.jsonl}. */
  FLAG_EMBEDDING,
  /** {@code collection.tsv}, {@code queries.SPLIT.tsv}, {@code qrels.SPLIT.txt} without headers. */
  TREC,
  /** Rows with mteb's names of columns, a file or more for each split. */
  MTEB;

  /** As in settings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
