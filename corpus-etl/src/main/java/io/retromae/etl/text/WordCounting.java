package io.retromae.etl.text;

/** What the rules of Rae et al. 2021 (arXiv:2112.11446) count as a word. */
public enum WordCounting {
  /** What stands between blanks and has a letter or digit: as the paper counts. */
  BLANKS,
  /** Words of spaCy's blank English pipeline, with each punctuation mark: as datatrove counts. */
  TOKENS;

  /** The words of a document that is counted so; signs that stand alone are among them. */
  public Words of(Words words) {
    return switch (this) {
      case BLANKS -> words.betweenBlanks();
      case TOKENS -> words;
    };
  }
}
