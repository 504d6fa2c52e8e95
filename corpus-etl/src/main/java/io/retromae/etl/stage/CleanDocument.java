package io.retromae.etl.stage;

import io.retromae.etl.language.Language;
import io.retromae.etl.text.Words;

/**
 * A normalised document as stages see it.
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

  /** The same document with another text, whose words are found anew. */
  public CleanDocument withText(String text) {
    return new CleanDocument(source, language, Words.of(text));
  }
}
