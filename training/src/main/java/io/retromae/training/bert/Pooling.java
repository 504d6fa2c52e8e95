package io.retromae.training.bert;

/** How one vector is made of the last hidden states h of a text's n tokens, [CLS] and [SEP] in. */
public enum Pooling {
  /** h at [CLS]. */
  CLS("cls", "pooling_mode_cls_token"),
  /** The mean of h over all n tokens. */
  MEAN("mean", "pooling_mode_mean_tokens"),
  /** h at the last token, [SEP]. */
  LAST_TOKEN("lasttoken", "pooling_mode_lasttoken");

  private final String sentenceTransformersName;
  private final String sentenceTransformersKey;

  Pooling(String sentenceTransformersName, String sentenceTransformersKey) {
    this.sentenceTransformersName = sentenceTransformersName;
    this.sentenceTransformersKey = sentenceTransformersKey;
  }

  /** What sentence-transformers calls it. */
  public String sentenceTransformersName() {
    return sentenceTransformersName;
  }

  /** The key of sentence-transformers' pooling configuration that is true for it alone. */
  public String sentenceTransformersKey() {
    return sentenceTransformersKey;
  }

  /** Whether the vector is the hidden state of one token. */
  public boolean oneToken() {
    return this != MEAN;
  }

  /** First of the tokens whose mean the vector is. */
  public int first(int tokens) {
    return this == LAST_TOKEN ? tokens - 1 : 0;
  }

  /** Behind the last one. */
  public int end(int tokens) {
    return this == CLS ? 1 : tokens;
  }
}
