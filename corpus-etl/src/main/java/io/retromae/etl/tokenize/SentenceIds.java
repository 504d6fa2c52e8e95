package io.retromae.etl.tokenize;

import io.retromae.core.vocab.IdBuffer;

/**
 * The token ids of one document and where its sentences end: the ids in one list, no array for each
 * sentence. Filled again for the next document; one thread at a time.
 */
public final class SentenceIds {
  private final IdBuffer ids = new IdBuffer();
  private final IdBuffer ends = new IdBuffer();

  /** No sentences. */
  public SentenceIds() {}

  /** The ids of all sentences, to add the next sentence's to; then call {@link #endSentence}. */
  public IdBuffer ids() {
    return ids;
  }

  /** All ids added since the last call are a sentence. */
  public void endSentence() {
    ends.add(ids.size());
  }

  /** Number of sentences. */
  public int sentences() {
    return ends.size();
  }

  /** Index behind the last id of a sentence in [0, sentences). */
  public int end(int sentence) {
    return ends.get(sentence);
  }

  /** Number of ids. */
  public int size() {
    return ids.size();
  }

  /** Forgets the document; keeps the memory. */
  public void clear() {
    ids.clear();
    ends.clear();
  }
}
