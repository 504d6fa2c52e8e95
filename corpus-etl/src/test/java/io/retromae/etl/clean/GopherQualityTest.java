package io.retromae.etl.clean;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.language.Language;
import java.util.List;
import org.junit.jupiter.api.Test;

class GopherQualityTest {
  private static final String TEN = "the cat sat with that dog and they were friends ";

  private static final GopherQuality STAGE =
      new GopherQuality(
          ConfigLoader.load(FilterSettings.class, List.of(), List.of()).value().gopherQuality());

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
  void stopWordsCountOnceAndInSmallLettersOnly() {
    assertEquals("stop_words", verdict("the red cat ran home ".repeat(10)));
    assertEquals("stop_words", verdict("the red cat And home ".repeat(10)));
    assertEquals("kept", verdict("the red cat and home ".repeat(10)));
  }

  private static String verdict(String text) {
    CleanDocument document = new CleanDocument("test", Language.EN, Words.of(text));
    return STAGE.apply(document) instanceof DocumentStage.Result.Dropped dropped
        ? dropped.reason()
        : "kept";
  }
}
