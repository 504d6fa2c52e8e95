package io.retromae.etl.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.etl.language.Language;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GopherRepetitionTest {
  private static final GopherRepetition STAGE =
      new GopherRepetition(Rules.settings(GopherRepetition.Settings.class));

  @Test
  void variedTextIsKept() {
    assertEquals("kept", verdict(sentence(0, 40) + "\n" + sentence(40, 80)));
  }

  @Test
  void repeatedLinesAreDropped() {
    String line = "home\n";

    assertEquals("dup_line_frac", verdict(line.repeat(5) + sentence(0, 50)));
  }

  @Test
  void repeatedLongLineIsDroppedByItsCharacters() {
    String numbered =
        IntStream.range(0, 8).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());

    assertEquals(
        "dup_line_char_frac", verdict(sentence(0, 40) + "\n" + numbered + sentence(0, 40)));
  }

  @Test
  void repeatedParagraphsAreDropped() {
    String paragraph = "all rights\nreserved\n\n";

    assertEquals("dup_para_frac", verdict(paragraph.repeat(3) + sentence(0, 80)));
  }

  @Test
  void frequentPairOfWordsIsDropped() {
    String text =
        IntStream.range(0, 20)
            .mapToObj(i -> "buy now word" + i + " item" + i)
            .collect(Collectors.joining(" "));

    assertEquals("top_2_gram", verdict(text));
  }

  @Test
  void repeatedPassageIsDropped() {
    String text = sentence(0, 20) + " " + sentence(20, 60) + " " + sentence(0, 20);

    assertEquals("duplicated_5_n_grams", verdict(text));
  }

  /** Words that occur nowhere else. */
  private static String sentence(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "" + (char) ('a' + i % 26) + (char) ('a' + i / 26) + "word")
        .collect(Collectors.joining(" "));
  }

  private static String verdict(String text) {
    return Rules.verdict(STAGE, "test", Language.EN, text);
  }
}
