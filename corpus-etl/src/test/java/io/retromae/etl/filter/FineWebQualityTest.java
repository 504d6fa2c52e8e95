package io.retromae.etl.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.etl.language.Language;
import org.junit.jupiter.api.Test;

class FineWebQualityTest {
  private static final String SENTENCE = "Each of these lines is a whole sentence, number ";

  private static final FineWebQuality STAGE =
      new FineWebQuality(Rules.settings(FineWebQuality.Settings.class));

  @Test
  void proseIsKept() {
    assertEquals("kept", verdict(SENTENCE + "one.\n" + SENTENCE + "two.\n" + SENTENCE + "three."));
  }

  @Test
  void linesWithoutTerminalPunctuationAreDropped() {
    assertEquals("line_punct_ratio", verdict((SENTENCE + "\n").repeat(9)));
  }

  @Test
  void blankBehindTheFullStopHidesIt() {
    assertEquals("line_punct_ratio", verdict(SENTENCE + "one. \n" + SENTENCE + "two. "));
  }

  @Test
  void shortLinesAreDropped() {
    assertEquals("short_line_ratio", verdict("First.\nSecond.\nThird.\n" + SENTENCE + "four."));
  }

  @Test
  void duplicateLinesAreDropped() {
    assertEquals("char_dup_ratio", verdict(SENTENCE + "one.\n" + SENTENCE + "one."));
  }

  @Test
  void manyLineFeedsPerWordAreDropped() {
    String line = "a" + "b".repeat(40) + ".";

    assertEquals("list_ratio", verdict(line + "\n\n" + "c" + line));
  }

  @Test
  void blankTextIsEmpty() {
    assertEquals("empty", verdict(" \n "));
  }

  private static String verdict(String text) {
    return Rules.verdict(STAGE, "pile/Pile-CC", Language.EN, text);
  }
}
