package io.retromae.etl.filter;

import static io.retromae.etl.filter.ChineseTexts.PROSE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.etl.stage.DocumentStage;
import org.junit.jupiter.api.Test;

class ChineseRepetitionTest {
  @Test
  void proseIsKept() {
    assertEquals("kept", verdict(PROSE));
  }

  @Test
  void paragraphTwiceOnOneLineIsDropped() {
    assertEquals("duplicated_5_n_grams", verdict(PROSE + PROSE));
  }

  @Test
  void frequentPhraseOfFourCharactersIsDropped() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i + 6 < PROSE.length(); i += 6) {
      text.append(PROSE, i, i + 6).append("长江三峡");
    }

    assertEquals("top_2_gram", verdict(text.toString()));
  }

  @Test
  void repeatedLinesAreDropped() {
    assertEquals("dup_line_frac", verdict(PROSE + "\n返回。\n返回。\n返回。"));
  }

  @Test
  void nameAndLimitsAreItsOwn() {
    assertEquals("chinese_repetition", stage().name());
    assertEquals("kept", verdict(PROSE + PROSE, "max_repeated_ngrams=[0.6, 0.6, 0.6]"));
  }

  private static DocumentStage stage(String... assignments) {
    return ChineseRepetition.of(Rules.settings(ChineseRepetition.Settings.class, assignments));
  }

  private static String verdict(String text, String... assignments) {
    return ChineseTexts.verdict(stage(assignments), text);
  }
}
