package io.retromae.etl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "Hello, world!; Hello , world !",
        "I don't.; I do n't .",
        "You cannot, they can’t; You can not , they ca n’t",
        "the dog's they'll; the dog 's they 'll",
        "the well-known end-to-end; the well - known end - to - end",
        "-855 + 274; -855 + 274",
        "1,234.5 and 3.; 1,234.5 and 3 .",
        "$5 5€ US$10 +3 5+; $ 5 5 € US$ 10 +3 5 +",
        "10km 50% 3in 1990s; 10 km 50 % 3 in 1990s",
        "the U.S. and D.C. by J. Doe; the U.S. and D.C. by J. Doe",
        "Mr.Smith, e.g. here vs. NATO.; Mr. Smith , e.g. here vs. NATO .",
        "wait... what..; wait ... what ..",
        "end.Begin lower.case; end . Begin lower.case",
        "(well:) ok :-(; ( well :) ok :-(",
        "see http://a-b.org/x,y?q=1.; see http://a-b.org/x,y?q=1 .",
        "<jo-ann@mail.example.com>; < jo-ann@mail.example.com >",
        "a,b x/y n:m 2*3; a , b x / y n : m 2 * 3",
        "\"'quoted'\"; \" ' quoted ' \"",
        "so—that 5–6 a--b; so — that 5–6 a -- b",
        "9am 10p.m. o'clock; 9 am 10 p.m. o'clock",
        "naïve café-bar; naïve café - bar",
        "ok😀ok; ok 😀 ok"
      })
  void englishIsDividedAsByTheReference(String text, String expected) {
    assertEquals(expected, tokens(text));
  }

  @Test
  void hanAndKanaAndTheirPunctuationStandAlone() {
    assertEquals("他 说 ： “ 用 GPU-2 ， カ ナ 。 ”", tokens("他说：“用GPU-2，カナ。”"));
  }

  @Test
  void hanOutsideTheBasicPlaneStandsAlone() {
    Words words = Words.of("a𠀀b");

    assertEquals("a 𠀀 b", tokens("a𠀀b"));
    assertTrue(words.isHan(1));
    assertEquals(1, words.codePoints(1));
    assertEquals(2, words.end(1) - words.start(1));
  }

  @Test
  void anyWhiteSpaceDividesWords() {
    assertEquals("a b c d", tokens(" a\t\tb\n\u00a0c\u3000d\n"));
    assertEquals(0, Words.of(" \n").count());
  }

  @Test
  void hashSeesCaseAndKeyDoesNot() {
    Words words = Words.of("Word word w0rd w7rd ,");

    assertNotEquals(words.hash(0), words.hash(1));
    assertEquals(words.key(0), words.key(1));
    assertEquals(words.key(2), words.key(3));
    assertEquals(0, words.key(4));
  }

  @Test
  void punctuationIsNarrowerThanSymbols() {
    Words words = Words.of("? • 5");

    assertTrue(words.isSymbol(0) && words.isPunctuation(0));
    assertTrue(words.isSymbol(1));
    assertFalse(words.isPunctuation(1));
    assertFalse(words.isSymbol(2));
  }

  @Test
  void hugeChunksOfSignsTakeLinearTime() {
    for (String sign :
        new String[] {"=", ":)", "a@", "(", ".", "-", "n't", "a.", "😀", "…", "a-b "}) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> Words.of(sign.repeat(300_000)).count(), sign);
    }
  }

  private static String tokens(String text) {
    Words words = Words.of(text);
    return IntStream.range(0, words.count())
        .mapToObj(words::token)
        .collect(Collectors.joining(" "));
  }
}
