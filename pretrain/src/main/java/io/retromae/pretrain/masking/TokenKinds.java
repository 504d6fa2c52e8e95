package io.retromae.pretrain.masking;

import io.retromae.core.vocab.Vocabulary;

/**
 * What masking has to know of each token id. Decided by id, not by spelling, so that a tokenizer
 * with other special tokens cannot slip through.
 */
public final class TokenKinds {
  private static final int SPECIAL = 1;
  private static final int BOUNDARY = 2;
  private static final int CONTINUES_WORD = 4;

  private final byte[] flags;
  private final int maskId;

  private TokenKinds(Vocabulary vocabulary) {
    this.flags = new byte[vocabulary.size()];
    this.maskId = vocabulary.maskId();
    for (int id = 0; id < flags.length; id++) {
      boolean boundary = id == vocabulary.clsId() || id == vocabulary.sepId();
      flags[id] =
          (byte)
              ((vocabulary.isSpecial(id) ? SPECIAL : 0)
                  | (boundary ? BOUNDARY : 0)
                  | (vocabulary.continuesWord(id) ? CONTINUES_WORD : 0));
    }
  }

  /** The kinds of a vocabulary's tokens. */
  public static TokenKinds of(Vocabulary vocabulary) {
    return new TokenKinds(vocabulary);
  }

  /** V. */
  int vocabularySize() {
    return flags.length;
  }

  int maskId() {
    return maskId;
  }

  /** [PAD], [UNK], [CLS], [SEP] or [MASK]: never replaced, never scored by the encoder. */
  boolean isSpecial(int id) {
    return (flags[id] & SPECIAL) != 0;
  }

  /** [CLS] or [SEP]: part of no word. */
  boolean isBoundary(int id) {
    return (flags[id] & BOUNDARY) != 0;
  }

  boolean continuesWord(int id) {
    return (flags[id] & CONTINUES_WORD) != 0;
  }
}
