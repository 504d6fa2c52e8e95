package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Chinese quality: long enough, mostly Han, in sentences that end, with function words, without the
 * brackets of title lists, not the same few characters again and again. Verse needs no marks. Rules
 * and limits follow FineWeb-2's Mandarin set (arXiv:2506.20920) with other units: Han characters
 * one by one and runs of Latin letters or digits, where it segments words of about 1.75 characters.
 * Limits by source allow short genres such as poems.
 */
public final class ChineseQuality implements DocumentStage {
  private final Settings limits;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at
   * @param sources whose documents it looks at, all if empty
   * @param minUnits Han characters and Latin words
   * @param minHanShare share of units
   * @param maxMeanUnitLength characters
   * @param signsAreUnits whether punctuation marks count where units are counted in lines and
   *     shares
   * @param minUnitsWithLetter share of units
   * @param minLinePunctuation share of lines
   * @param minLines lines that a share of them is asked of
   * @param maxNewlinesPerUnit line feeds per unit or sign
   * @param minStopWords different ones
   * @param minVerseFunctionShare share of Han characters
   * @param maxVerseLine units
   * @param maxCharactersPerTerminal a sentence end at least every so many characters
   * @param maxBracketShare share of characters that are 【 or 】
   * @param minEntropy of the units, bits
   */
  public record Settings(
      @Setting(doc = "Run this stage.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[zh]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(
              doc =
                  "Fewest Han characters and Latin words; FineWeb-2's 50 segmented words are about"
                      + " 85.",
              standard = "50",
              min = 0)
          int minUnits,
      @Setting(doc = "Smallest share of Han characters.", standard = "0.4", min = 0, max = 1)
          double minHanShare,
      @Setting(
              doc = "Largest mean length of Han characters (1), Latin words and numbers.",
              standard = "5",
              min = 1)
          double maxMeanUnitLength,
      @Setting(
              doc =
                  "Whether punctuation marks are units in min_units_with_letter and"
                      + " max_newlines_per_unit, as datatrove counts; then 0.835 stands for its 0.735"
                      + " of segmented words.",
              standard = "false")
          boolean signsAreUnits,
      @Setting(
              doc = "Smallest share of Han characters and Latin words among them and numbers.",
              standard = "0.6",
              min = 0,
              max = 1)
          double minUnitsWithLetter,
      @Setting(
              doc = "Smallest share of lines that end in a sentence's mark.",
              standard = "0.106",
              min = 0,
              max = 1)
          double minLinePunctuation,
      @Setting(
              doc =
                  "min_line_punctuation looks at texts of so many lines or more: a title and a"
                      + " paragraph that was cut are no list.",
              standard = "4",
              min = 0)
          int minLines,
      @Setting(
              doc = "Most line ends per unit or sign; 0.178 of segmented words.",
              standard = "0.11",
              min = 0)
          double maxNewlinesPerUnit,
      @Setting(
              doc =
                  "Fewest different characters of FineWeb-2's stop words (的 年 在 是 ...); 2 in"
                      + " FineWeb-2, which recipes break.",
              standard = "1",
              min = 0)
          int minStopWords,
      @Setting(
              doc =
                  "Verse has at least this share of function characters (的 我 不 在 ...), and needs no"
                      + " marks at the ends of its lines: songs have 0.3 to 0.5, menus and lists"
                      + " below 0.06. 1 = every text needs marks.",
              standard = "0.15",
              min = 0,
              max = 1)
          double minVerseFunctionShare,
      @Setting(
              doc =
                  "Lines of verse have so many Han characters and Latin words on average, at most.",
              standard = "20",
              min = 0)
          int maxVerseLine,
      @Setting(doc = "A sentence end every so many characters.", standard = "300", min = 1)
          int maxCharactersPerTerminal,
      @Setting(doc = "Largest share of 【】.", standard = "0.1", min = 0, max = 1)
          double maxBracketShare,
      @Setting(doc = "Smallest entropy of the units in bits.", standard = "3", min = 0)
          double minEntropy) {}

  public ChineseQuality(Settings limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "chinese_quality";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    ChineseUnits units = ChineseUnits.of(document.words());
    return Result.of(badUnits(units).or(() -> badSigns(units, document.text())));
  }

  /** Rules on Han characters, Latin words and numbers. */
  private Optional<String> badUnits(ChineseUnits units) {
    if (units.count() < limits.minUnits()) {
      return Optional.of("short");
    }
    if (units.han() < limits.minHanShare() * units.count()) {
      return Optional.of("han_share");
    }
    // A lower limit would mean nothing: each Han character is a unit of length 1.
    if (units.characters() > limits.maxMeanUnitLength() * units.count()) {
      return Optional.of("mean_unit_length");
    }
    if (units.withLetter() < limits.minUnitsWithLetter() * counted(units)) {
      return Optional.of("units_without_letter");
    }
    if (units.stopWords() < limits.minStopWords()) {
      return Optional.of("stop_words");
    }
    return units.entropy() < limits.minEntropy() ? Optional.of("entropy") : Optional.empty();
  }

  private long counted(ChineseUnits units) {
    return units.count() + (limits.signsAreUnits() ? units.signs() : 0);
  }

  /** Rules on lines and marks. */
  private Optional<String> badSigns(ChineseUnits units, String text) {
    ChineseMarks marks = ChineseMarks.of(text);
    Optional<String> bad =
        isVerse(units, marks) ? Optional.empty() : badLines(units, marks, text.length());
    boolean brackets = marks.brackets() > limits.maxBracketShare() * text.length();
    return brackets ? bad.or(() -> Optional.of("brackets")) : bad;
  }

  /** Whether lines are short, and have the characters that menus and lists lack. */
  private boolean isVerse(ChineseUnits units, ChineseMarks marks) {
    return units.function() > 0
        && units.function() >= limits.minVerseFunctionShare() * units.han()
        && units.count() <= limits.maxVerseLine() * marks.lines();
  }

  private Optional<String> badLines(ChineseUnits units, ChineseMarks marks, int length) {
    if (marks.lines() >= limits.minLines()
        && marks.endedLines() < limits.minLinePunctuation() * marks.lines()) {
      return Optional.of("line_punctuation");
    }
    if (marks.lineFeeds() > limits.maxNewlinesPerUnit() * counted(units)) {
      return Optional.of("newlines_per_unit");
    }
    return marks.terminals() * limits.maxCharactersPerTerminal() < length
        ? Optional.of("no_sentence_ends")
        : Optional.empty();
  }
}
