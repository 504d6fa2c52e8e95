package io.retromae.etl.stage;

/**
 * How much text.
 *
 * @param documents how many
 * @param bytes of their texts in UTF-8
 * @param words signs included
 * @param tokens ids in samples; 0 before documents are tokenised
 */
public record Measure(long documents, long bytes, long words, long tokens) {
  /** Nothing. */
  public static final Measure NONE = new Measure(0, 0, 0, 0);

  /** One document. */
  public static Measure of(String text, long words) {
    return new Measure(1, utf8Length(text), words, 0);
  }

  /** The same text as so many ids. */
  public Measure withTokens(long ids) {
    return new Measure(documents, bytes, words, ids);
  }

  /** The sum. */
  public Measure plus(Measure other) {
    return new Measure(
        documents + other.documents,
        bytes + other.bytes,
        words + other.words,
        tokens + other.tokens);
  }

  public Measure minus(Measure other) {
    return new Measure(
        documents - other.documents,
        bytes - other.bytes,
        words - other.words,
        tokens - other.tokens);
  }

  /** Bytes of a text in UTF-8; a lone surrogate counts as the mark that replaces it. */
  public static long utf8Length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
