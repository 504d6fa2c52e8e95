package io.retromae.etl.clean;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import java.util.List;
import java.util.Optional;

/**
 * Chinese quality: long enough, mostly Han, in sentences that end, with function words, without the
 * brackets of title lists, not the same few characters again and again. Rules and limits follow
 * FineWeb-2's Mandarin set (arXiv:2506.20920) with other units: Han characters one by one and runs
 * of Latin letters or digits, where it segments words of about 1.75 characters. Limits by source
 * allow short genres such as poems.
 */
final class ChineseQuality implements DocumentStage {
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
   * @param minUnitsWithLetter share of units and signs
   * @param minLinePunctuation share of lines
   * @param maxNewlinesPerUnit line feeds per unit or sign
   * @param minStopWords different ones
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
      @Setting(doc = "Smallest share of Han characters.", standard = "0.6", min = 0, max = 1)
          double minHanShare,
      @Setting(
              doc = "Largest mean length of Han characters (1), Latin words and numbers.",
              standard = "5",
              min = 1)
          double maxMeanUnitLength,
      @Setting(
              doc =
                  "Smallest share of Han characters and Latin words among them, numbers and signs;"
                      + " 0.735 of segmented words.",
              standard = "0.835",
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
              doc = "Most line ends per unit or sign; 0.178 of segmented words.",
              standard = "0.11",
              min = 0)
          double maxNewlinesPerUnit,
      @Setting(doc = "Fewest different function characters (的 在 是 ...).", standard = "2", min = 0)
          int minStopWords,
      @Setting(doc = "A sentence end every so many characters.", standard = "300", min = 1)
          int maxCharactersPerTerminal,
      @Setting(doc = "Largest share of 【】.", standard = "0.1", min = 0, max = 1)
          double maxBracketShare,
      @Setting(doc = "Smallest entropy of the units in bits.", standard = "3", min = 0)
          double minEntropy) {}

  ChineseQuality(Settings limits) {
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
    if (units.withLetter() < limits.minUnitsWithLetter() * (units.count() + units.signs())) {
      return Optional.of("units_without_letter");
    }
    if (units.stopWords() < limits.minStopWords()) {
      return Optional.of("stop_words");
    }
    return units.entropy() < limits.minEntropy() ? Optional.of("entropy") : Optional.empty();
  }

  /** Rules on lines and marks. */
  private Optional<String> badSigns(ChineseUnits units, String text) {
    ChineseMarks marks = ChineseMarks.of(text);
    if (marks.endedLines() < limits.minLinePunctuation() * marks.lines()) {
      return Optional.of("line_punctuation");
    }
    if (marks.lineFeeds() > limits.maxNewlinesPerUnit() * (units.count() + units.signs())) {
      return Optional.of("newlines_per_unit");
    }
    if (marks.terminals() * limits.maxCharactersPerTerminal() < text.length()) {
      return Optional.of("no_sentence_ends");
    }
    return marks.brackets() > limits.maxBracketShare() * text.length()
        ? Optional.of("brackets")
        : Optional.empty();
  }
}
