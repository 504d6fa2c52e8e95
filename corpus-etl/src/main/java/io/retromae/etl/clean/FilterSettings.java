package io.retromae.etl.clean;

import io.retromae.core.config.Setting;
import java.util.List;
import java.util.Map;

/**
 * Switches and limits of the filters.
 *
 * @param languages kept; the language stage drops all others
 * @param languageExempt sources that skip language and quality filters
 * @param mojibake whether wrongly decoded texts are dropped
 * @param gopherQuality English rules
 * @param chineseQuality Chinese rules
 */
public record FilterSettings(
    @Setting(doc = "Languages that are kept.", standard = "[en, zh]") List<Language> languages,
    @Setting(
            doc = "Sources that skip language and quality filters: no prose.",
            standard = "[pile/Github, pile/DM Mathematics]")
        List<String> languageExempt,
    @Setting(doc = "Drop texts that were decoded wrongly.", standard = "true") boolean mojibake,
    @Setting(doc = "English quality rules (Rae et al. 2021, table A1).") Gopher gopherQuality,
    @Setting(doc = "Chinese quality rules.") Chinese chineseQuality) {

  /**
   * Gopher's limits.
   *
   * @param enabled whether the filter runs
   * @param minWords words that are no pure signs
   * @param maxWords words that are no pure signs
   * @param minMeanWordLength characters
   * @param maxMeanWordLength characters
   * @param maxSymbolsPerWord number signs, and ellipses, per token
   * @param maxBulletLines share of lines
   * @param maxEllipsisLines share of lines
   * @param minWordsWithLetter share of tokens
   * @param minStopWords different ones
   */
  public record Gopher(
      @Setting(doc = "Run this filter.", standard = "true") boolean enabled,
      @Setting(doc = "Fewest words.", standard = "50", min = 0) int minWords,
      @Setting(doc = "Most words.", standard = "100000", min = 1) int maxWords,
      @Setting(doc = "Smallest mean word length.", standard = "3", min = 0)
          double minMeanWordLength,
      @Setting(doc = "Largest mean word length.", standard = "10", min = 0)
          double maxMeanWordLength,
      @Setting(doc = "Most # or ellipses per word.", standard = "0.1", min = 0)
          double maxSymbolsPerWord,
      @Setting(doc = "Largest share of bullet lines.", standard = "0.9", min = 0, max = 1)
          double maxBulletLines,
      @Setting(doc = "Largest share of lines in ...", standard = "0.3", min = 0, max = 1)
          double maxEllipsisLines,
      @Setting(doc = "Smallest share of words with a letter.", standard = "0.8", min = 0, max = 1)
          double minWordsWithLetter,
      @Setting(doc = "Fewest different stop words.", standard = "2", min = 0) int minStopWords) {}

  /**
   * Limits for Chinese.
   *
   * @param enabled whether the filter runs
   * @param minUnits Han characters and Latin words
   * @param minUnitsBySource in place of {@code minUnits} for some sources
   * @param minHanShare share of units
   * @param maxCharactersPerTerminal a sentence end at least every so many characters
   * @param maxBracketShare share of characters that are 【 or 】
   * @param minEntropy of the units, bits
   */
  public record Chinese(
      @Setting(doc = "Run this filter.", standard = "true") boolean enabled,
      @Setting(doc = "Fewest Han characters and Latin words.", standard = "50", min = 0)
          int minUnits,
      @Setting(
              doc = "min_units for single sources: poems are short.",
              standard = "{\"wudao/诗词\": 20}",
              min = 0)
          Map<String, Integer> minUnitsBySource,
      @Setting(doc = "Smallest share of Han characters.", standard = "0.6", min = 0, max = 1)
          double minHanShare,
      @Setting(doc = "A sentence end every so many characters.", standard = "300", min = 1)
          int maxCharactersPerTerminal,
      @Setting(doc = "Largest share of 【】.", standard = "0.1", min = 0, max = 1)
          double maxBracketShare,
      @Setting(doc = "Smallest entropy of the units in bits.", standard = "3", min = 0)
          double minEntropy) {
    int minUnits(String source) {
      return minUnitsBySource.getOrDefault(source, minUnits);
    }
  }
}
