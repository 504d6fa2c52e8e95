package io.retromae.etl.clean;

/** Tells a text's language. */
public interface LanguageIdentifier {
  /**
   * The language of a normalised text.
   *
   * @param words of the text
   */
  Language identify(Words words);
}
