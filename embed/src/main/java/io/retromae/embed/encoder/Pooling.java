package io.retromae.embed.encoder;

/** How one vector is made of the last hidden states h of a text's n tokens, [CLS] and [SEP] in. */
public enum Pooling {
  /** h at [CLS]. */
  CLS,
  /** The mean of h over all n tokens. */
  MEAN,
  /** h at the last token, [SEP]. */
  LAST_TOKEN;

  /** Whether the vector is the hidden state of one token. */
  boolean oneToken() {
    return this != MEAN;
  }

  /** First of the tokens whose mean the vector is. */
  int first(int tokens) {
    return this == LAST_TOKEN ? tokens - 1 : 0;
  }

  /** Behind the last one. */
  int end(int tokens) {
    return this == CLS ? 1 : tokens;
  }
}
