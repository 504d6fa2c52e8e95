package io.retromae.embed.vector;

/** What a reader does with a row whose embedding is null, as that of a text that was null. */
public enum Absent {
  /** It refuses the file; tells how many there are. */
  REFUSE,
  /** It goes on with the next row. */
  PASS_OVER
}
