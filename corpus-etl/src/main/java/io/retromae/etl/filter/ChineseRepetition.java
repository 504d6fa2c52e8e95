package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.WordCounting;
import java.util.List;

/**
 * Repetition limits for Chinese: those of {@link GopherRepetition} with the values that FineWeb-2
 * (arXiv:2506.20920) found for Mandarin. It counts segmented words; we count single characters, of
 * which a word has about two, so an n-gram of words is one of 2n characters here. On statutes, the
 * texts in which most repeats, the share of characters in repeated 10-grams of characters follows
 * that in 5-grams of words with a correlation of 0.92 and the published limits need no change.
 * Paragraphs have no limits of their own: lines have.
 */
public final class ChineseRepetition {
  private static final String NAME = "chinese_repetition";
  private static final int CHARACTERS_PER_WORD = 2;
  private static final double NO_LIMIT = 1;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at
   * @param sources whose documents it looks at, all if empty
   * @param maxDuplicateLines share of lines
   * @param maxDuplicateLineCharacters share of characters
   * @param maxTopNGrams share of characters in the most frequent n-gram, for n from 2
   * @param maxRepeatedNGrams share of characters in repeated n-grams, for n from 5
   */
  public record Settings(
      @Setting(doc = "Drop texts that repeat themselves.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[zh]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(doc = "Largest share of duplicate lines.", standard = "0.4", min = 0, max = 1)
          double maxDuplicateLines,
      @Setting(
              doc = "Largest share of characters in duplicate lines.",
              standard = "0.3",
              min = 0,
              max = 1)
          double maxDuplicateLineCharacters,
      @Setting(
              doc =
                  "Largest share of characters in the most frequent n-gram of 4, 6, 8 characters"
                      + " ...",
              standard = "[0.256, 0.201, 0.171]",
              min = 0)
          List<Double> maxTopNGrams,
      @Setting(
              doc =
                  "Largest share of characters in repeated n-grams of 10, 12, 14, 16, 18, 20"
                      + " characters ...",
              standard = "[0.36, 0.33, 0.3, 0.275, 0.25, 0.225]",
              min = 0)
          List<Double> maxRepeatedNGrams) {}

  private ChineseRepetition() {}

  /** The stage with these limits. */
  public static DocumentStage of(Settings settings) {
    Scope scope = new Scope(settings.enabled(), settings.languages(), settings.sources());
    GopherRepetition.Limits limits =
        new GopherRepetition.Limits(
            WordCounting.TOKENS,
            CHARACTERS_PER_WORD,
            settings.maxDuplicateLines(),
            NO_LIMIT,
            settings.maxDuplicateLineCharacters(),
            NO_LIMIT,
            settings.maxTopNGrams(),
            settings.maxRepeatedNGrams());
    return new GopherRepetition(NAME, scope, limits);
  }
}
