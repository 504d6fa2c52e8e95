package io.retromae.etl.language;

/** Han is Chinese, Latin is English: for corpora that are known to hold nothing else. */
final class ScriptIdentifier implements LanguageIdentifier {
  @Override
  public Identified identify(String text) {
    LetterCount letters = new LetterCount();
    TextSample.of(text).scan(letters);
    return letters.chinese().orElseGet(() -> letters.latin(1));
  }

  /** Looks at letters only. */
  private static final class LetterCount extends LetterScan {
    @Override
    void word(char[] word, int length) {
      // words do not matter here
    }

    @Override
    void part() {
      // nor do parts
    }
  }
}
