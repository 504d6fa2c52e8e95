package io.retromae.pretrain.masking;

import io.retromae.core.vocab.Vocabulary;

/**
 * What masking has to know of each token id. Decided by id, not by spelling, so that a tokenizer
 * with other special tokens cannot slip through.
 */
public final class TokenKinds {
  private final boolean[] special;
  private final boolean[] boundary;
  private final boolean[] continuesWord;
  private final int maskId;

  private TokenKinds(Vocabulary vocabulary) {
    int size = vocabulary.size();
    this.special = new boolean[size];
    this.boundary = new boolean[size];
    this.continuesWord = new boolean[size];
    this.maskId = vocabulary.maskId();
    for (int id = 0; id < size; id++) {
      special[id] = vocabulary.isSpecial(id);
      boundary[id] = id == vocabulary.clsId() || id == vocabulary.sepId();
      continuesWord[id] = vocabulary.continuesWord(id);
    }
  }

  /** The kinds of a vocabulary's tokens. */
  public static TokenKinds of(Vocabulary vocabulary) {
    return new TokenKinds(vocabulary);
  }

  /** V. */
  int vocabularySize() {
    return special.length;
  }

  int maskId() {
    return maskId;
  }

  /** [PAD], [UNK], [CLS], [SEP] or [MASK]: never replaced, never scored by the encoder. */
  boolean isSpecial(int id) {
    return special[id];
  }

  /** [CLS] or [SEP]: part of no word. */
  boolean isBoundary(int id) {
    return boundary[id];
  }

  boolean continuesWord(int id) {
    return continuesWord[id];
  }
}
