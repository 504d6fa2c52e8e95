package io.retromae.embed.source;

/** One record that gives a row of vectors. */
public sealed interface Row {
  /** Its id. */
  String id();

  /** A text. */
  record Text(String id, String text) implements Row {}

  /** Token ids without special tokens. */
  record Ids(String id, int[] ids) implements Row {}

  /** A record whose text is null: its vector is null. */
  record Missing(String id) implements Row {}
}
