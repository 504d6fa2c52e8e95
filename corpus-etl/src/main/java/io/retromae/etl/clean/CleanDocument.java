package io.retromae.etl.clean;

/**
 * A normalised document as filters see it.
 *
 * @param source such as {@code wudao/百科}
 * @param language identified
 * @param words of its text, found once
 */
public record CleanDocument(String source, Language language, Words words) {
  /** The text. */
  public String text() {
    return words.text();
  }
}
