package io.retromae.etl.stage;

/** What all stages together made of a document. */
public sealed interface Verdict {
  /** The document as it was at the end of its way. */
  CleanDocument document();

  /**
   * It goes on.
   *
   * @param document as the last stage left it
   * @param measure of its text
   */
  record Kept(CleanDocument document, Measure measure) implements Verdict {}

  /**
   * It does not.
   *
   * @param document as that stage saw it
   * @param stage that dropped it
   * @param reason the limit that it broke, such as {@code short}
   */
  record Dropped(CleanDocument document, String stage, String reason) implements Verdict {}
}
