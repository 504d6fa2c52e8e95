package io.retromae.pretrain.batch;

import io.retromae.core.vocab.Vocabulary;

/**
 * The model's tokens. Some models pad their word table (to a multiple of 64, say): its last rows
 * belong to no token, so no text and no random replacement ever has their ids, but the MLM head
 * scores them as any other.
 *
 * @param vocabulary of corpus and model
 * @param rows of the word table, at least the vocabulary's size
 */
public record TokenTable(Vocabulary vocabulary, int rows) {
  /** Checks that every token has a row. */
  public TokenTable {
    if (rows < vocabulary.size()) {
      throw new IllegalArgumentException(
          "a word table of %d rows for %d tokens".formatted(rows, vocabulary.size()));
    }
  }

  /** A word table with a row for each token and no more. */
  public static TokenTable of(Vocabulary vocabulary) {
    return new TokenTable(vocabulary, vocabulary.size());
  }
}
