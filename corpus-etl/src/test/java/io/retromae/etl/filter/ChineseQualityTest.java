package io.retromae.etl.filter;

import static io.retromae.etl.filter.ChineseTexts.PROSE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChineseQualityTest {
  @Test
  void proseIsKept() {
    assertEquals("kept", verdict(PROSE));
  }

  @Test
  void fewerThanFiftyUnitsAreShort() {
    String fortyNine = han(0, 46) + "的是在";

    assertEquals("short", verdict(fortyNine + "。"));
    assertEquals("kept", verdict(fortyNine + "水。"));
  }

  @Test
  void textMostlyInLatinWordsIsDropped() {
    assertEquals("han_share", verdict("这是一个新的系统。" + "word ".repeat(60) + "。"));
  }

  @Test
  void oneEndlessRunOfLettersIsDropped() {
    assertEquals("mean_unit_length", verdict(PROSE + "A1b2".repeat(500)));
  }

  @Test
  void tableOfNumbersIsDropped() {
    String numbers = IntStream.range(100, 240).mapToObj(i -> i + "、").collect(Collectors.joining());

    assertEquals("units_without_letter", verdict(PROSE + numbers + "。"));
  }

  @Test
  void charactersWithoutFunctionWordsAreDropped() {
    assertEquals("stop_words", verdict(han(0, 80) + "。"));
  }

  @Test
  void sameFewCharactersAgainAndAgainAreDropped() {
    assertEquals("entropy", verdict("哈哈是的嘿".repeat(20) + "。"));
  }

  @Test
  void linesWithoutSentenceEndsAreDropped() {
    String line = PROSE.substring(0, 40);

    assertEquals("line_punctuation", verdict((line + "\n").repeat(4)));
    assertEquals("kept", verdict((line + "\n").repeat(3)));
  }

  @Test
  void closingQuoteMayFollowTheMark() {
    assertEquals("kept", verdict("他说：“" + PROSE + "”"));
  }

  @Test
  void manyLineEndsAreDropped() {
    String list = PROSE.chars().mapToObj(c -> (char) c + "。\n").collect(Collectors.joining());

    assertEquals("newlines_per_unit", verdict(list, "max_verse_line=0"));
  }

  @Test
  void longTextWithoutMarksIsDropped() {
    assertEquals("no_sentence_ends", verdict(PROSE + "\n" + han(0, 2000) + "的。"));
  }

  @Test
  void listOfBracketedTitlesIsDropped() {
    String titles =
        IntStream.range(0, 40)
            .mapToObj(i -> "【" + han(7 * i, 7 * i + 9) + "】")
            .collect(Collectors.joining());

    assertEquals("brackets", verdict("的是" + titles + "。。"));
  }

  @Test
  void marksAreNoUnits() {
    String dialogue = "“你来了？”“来了！”“坐，坐。”“不，我走。”“好，好，走吧！”".repeat(4);

    assertEquals("kept", verdict(dialogue));
    assertEquals(
        "units_without_letter",
        verdict(dialogue, "signs_are_units=true", "min_units_with_letter=0.835"));
  }

  @Test
  void verseNeedsNoMarksButHeadlinesDo() {
    String verse = "我想你的时候\n天就黑了\n没有人在这里\n只有我和我的影子\n你还没有来\n".repeat(2);
    String headlines = "城市供水条例发布\n春季运动会开幕\n新建图书馆开放\n大学招生计划公布\n".repeat(2);

    assertEquals("kept", verdict(verse));
    assertEquals("line_punctuation", verdict(verse, "max_verse_line=0"));
    assertEquals("line_punctuation", verdict(headlines + "年", "min_stop_words=0"));
  }

  @Test
  void limitsAtZeroSwitchRulesOff() {
    assertEquals("kept", verdict(han(0, 30) + "。", "min_units=0", "min_stop_words=0"));
  }

  /** Different Han characters, none of them a function word. */
  private static String han(int from, int to) {
    return IntStream.range(from, to)
        .map(i -> 0x6C40 + i)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static String verdict(String text, String... assignments) {
    ChineseQuality.Settings settings = Rules.settings(ChineseQuality.Settings.class, assignments);
    return ChineseTexts.verdict(new ChineseQuality(settings), text);
  }
}
