package io.retromae.etl.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.etl.language.Language;
import org.junit.jupiter.api.Test;

class GopherQualityTest {
  private static final String TEN = "the cat sat with that dog and they were friends ";

  private static final GopherQuality STAGE = stage();
  private static final GopherQuality TOKENS = stage("words=tokens");

  private static GopherQuality stage(String... assignments) {
    return new GopherQuality(Rules.settings(GopherQuality.Settings.class, assignments));
  }

  @Test
  void proseIsKept() {
    assertEquals("kept", verdict(TEN.repeat(5)));
  }

  @Test
  void punctuationDoesNotCountAsWords() {
    assertEquals("short", verdict(TEN.repeat(4) + ", ".repeat(10)));
  }

  @Test
  void veryShortAndVeryLongWordsAreDropped() {
    assertEquals("mean_word_length", verdict("be of ".repeat(25)));
    assertEquals("mean_word_length", verdict("the internationalisation ".repeat(25)));
  }

  @Test
  void lengthIsCountedInCodePoints() {
    String old = "𐐷".repeat(6) + " "; // 6 characters, 12 UTF-16 units

    assertEquals("kept", verdict("the and " + old.repeat(48)));
  }

  @Test
  void hashSignsAndEllipsesAreDropped() {
    assertEquals("symbols_per_word", verdict(TEN.repeat(5) + "# ".repeat(6)));
    assertEquals("symbols_per_word", verdict(TEN.repeat(5) + "... ".repeat(6)));
  }

  @Test
  void listsAreDropped() {
    assertEquals("bullet_lines", verdict(("- " + TEN + "\n").repeat(5)));
    assertEquals("bullet_lines", verdict(("\t• " + TEN + "\n").repeat(5)));
  }

  @Test
  void teasersAreDropped() {
    assertEquals("ellipsis_lines", verdict((TEN + "... \n").repeat(5)));
  }

  @Test
  void numbersAreDropped() {
    assertEquals("words_without_letter", verdict(TEN.repeat(5) + "1234 ".repeat(20)));
  }

  @Test
  void stopWordsCountOnceAndInAnyCase() {
    assertEquals("stop_words", verdict("the red cat ran home ".repeat(10)));
    assertEquals("stop_words", verdict("The red cat ran home, THE cat ".repeat(10)));
    assertEquals("kept", verdict("THE RED CAT, AND HOME ".repeat(10)));
  }

  @Test
  void stopWordsCountInSmallLettersOnlyAmongTokens() {
    assertEquals("stop_words", verdict(TOKENS, "the red cat And home ".repeat(10)));
    assertEquals("kept", verdict(TOKENS, "the red cat and home ".repeat(10)));
  }

  @Test
  void marksAreNoWordsButAmongTokens() {
    String dialogue =
        "\"Never!\" said the gardener. \"Flowers, and that garden: never.\" ".repeat(7);

    assertEquals("kept", verdict(dialogue));
    assertEquals("words_without_letter", verdict(TOKENS, dialogue));
  }

  @Test
  void marksSetOffByBlanksAreNoWords() {
    assertEquals("kept", verdict("the cat , and the dog @-@ : that ; \" be \" . ".repeat(12)));
  }

  private static String verdict(String text) {
    return verdict(STAGE, text);
  }

  private static String verdict(GopherQuality stage, String text) {
    return Rules.verdict(stage, "test", Language.EN, text);
  }
}
