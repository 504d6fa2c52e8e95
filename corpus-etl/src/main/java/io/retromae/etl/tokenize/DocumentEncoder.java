package io.retromae.etl.tokenize;

import io.retromae.core.vocab.WordPieceTokenizer;

/** Text to the token ids of its sentences. One thread at a time. */
public final class DocumentEncoder {
  private final WordPieceTokenizer tokenizer;
  private final SentenceIds sentences = new SentenceIds();

  /** An encoder that cuts at sentence ends and leaves the rest to the tokenizer. */
  public DocumentEncoder(WordPieceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * The sentences of a normalised text.
   *
   * @return used again by the next call
   */
  public SentenceIds encode(String text) {
    sentences.clear();
    SentenceSplitter.spans(
        text,
        (start, end) -> {
          tokenizer.encode(text, start, end, sentences.ids());
          sentences.endSentence();
        });
    return sentences;
  }
}
