package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.NGrams;
import io.retromae.etl.text.WordCounting;
import io.retromae.etl.text.Words;
import java.util.List;
import java.util.Optional;

/**
 * Drops texts that say the same again and again: repeated paragraphs, lines and word n-grams (Rae
 * et al. 2021, arXiv:2112.11446, table A1). Shares of characters are of the whole text, blanks
 * included.
 */
public final class GopherRepetition implements DocumentStage {
  private static final int SMALLEST_TOP = 2;
  private static final int SMALLEST_REPEATED = 5;

  private final String name;
  private final Scope scope;
  private final Limits limits;

  /**
   * Limits for English.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at, all if empty
   * @param sources whose documents it looks at, all if empty
   * @param words what n-grams are made of
   * @param maxDuplicateLines share of lines
   * @param maxDuplicateParagraphs share of paragraphs
   * @param maxDuplicateLineCharacters share of characters
   * @param maxDuplicateParagraphCharacters share of characters
   * @param maxTopNGrams share of characters in the most frequent n-gram, for n from 2
   * @param maxRepeatedNGrams share of characters in repeated n-grams, for n from 5
   */
  public record Settings(
      @Setting(doc = "Drop texts that repeat themselves.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[en]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(
              doc =
                  "What n-grams are made of: blanks (what stands between blanks, as Rae et al."
                      + " count), or tokens (punctuation marks too, as datatrove counts).",
              standard = "blanks")
          WordCounting words,
      @Setting(doc = "Largest share of duplicate lines.", standard = "0.3", min = 0, max = 1)
          double maxDuplicateLines,
      @Setting(doc = "Largest share of duplicate paragraphs.", standard = "0.3", min = 0, max = 1)
          double maxDuplicateParagraphs,
      @Setting(
              doc = "Largest share of characters in duplicate lines.",
              standard = "0.2",
              min = 0,
              max = 1)
          double maxDuplicateLineCharacters,
      @Setting(
              doc = "Largest share of characters in duplicate paragraphs.",
              standard = "0.2",
              min = 0,
              max = 1)
          double maxDuplicateParagraphCharacters,
      @Setting(
              doc = "Largest share of characters in the most frequent 2-, 3-, 4-gram ...",
              standard = "[0.2, 0.18, 0.16]",
              min = 0)
          List<Double> maxTopNGrams,
      @Setting(
              doc = "Largest share of characters in repeated 5-, 6-, 7-grams ...",
              standard = "[0.15, 0.14, 0.13, 0.12, 0.11, 0.1]",
              min = 0)
          List<Double> maxRepeatedNGrams) {
    /** A copy. */
    public Settings {
      languages = List.copyOf(languages);
      sources = List.copyOf(sources);
      maxTopNGrams = List.copyOf(maxTopNGrams);
      maxRepeatedNGrams = List.copyOf(maxRepeatedNGrams);
    }

    private Limits limits() {
      return new Limits(
          words,
          1,
          maxDuplicateLines,
          maxDuplicateParagraphs,
          maxDuplicateLineCharacters,
          maxDuplicateParagraphCharacters,
          maxTopNGrams,
          maxRepeatedNGrams);
    }
  }

  /**
   * Limits for any language.
   *
   * @param words what n-grams are made of
   * @param unitsPerWord what n is multiplied by: 1 where {@link Words} finds words, 2 for Chinese,
   *     whose words have about two of its single characters
   * @param maxDuplicateLines share of lines
   * @param maxDuplicateParagraphs share of paragraphs
   * @param maxDuplicateLineCharacters share of characters
   * @param maxDuplicateParagraphCharacters share of characters
   * @param maxTopNGrams share of characters in the most frequent n-gram, for n from 2
   * @param maxRepeatedNGrams share of characters in repeated n-grams, for n from 5
   */
  record Limits(
      WordCounting words,
      int unitsPerWord,
      double maxDuplicateLines,
      double maxDuplicateParagraphs,
      double maxDuplicateLineCharacters,
      double maxDuplicateParagraphCharacters,
      List<Double> maxTopNGrams,
      List<Double> maxRepeatedNGrams) {}

  /** For English. */
  public GopherRepetition(Settings settings) {
    this(
        "gopher_repetition",
        new Scope(settings.enabled(), settings.languages(), settings.sources()),
        settings.limits());
  }

  /** For another language, under another name. */
  GopherRepetition(String name, Scope scope, Limits limits) {
    this.name = name;
    this.scope = scope;
    this.limits = limits;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Scope scope() {
    return scope;
  }

  @Override
  public Result apply(CleanDocument document) {
    Words words = document.words();
    if (words.text().isEmpty()) {
      return new Result.Dropped("empty");
    }
    return Result.of(repeatedParts(words).or(() -> repeatedWords(words)));
  }

  private Optional<String> repeatedParts(Words words) {
    double characters = words.codePoints();
    DuplicateParts paragraphs = DuplicateParts.paragraphs(words.text());
    if (paragraphs.share() > limits.maxDuplicateParagraphs()) {
      return Optional.of("dup_para_frac");
    }
    if (paragraphs.characters() / characters > limits.maxDuplicateParagraphCharacters()) {
      return Optional.of("dup_para_char_frac");
    }
    DuplicateParts lines = DuplicateParts.lines(words.text());
    if (lines.share() > limits.maxDuplicateLines()) {
      return Optional.of("dup_line_frac");
    }
    return lines.characters() / characters > limits.maxDuplicateLineCharacters()
        ? Optional.of("dup_line_char_frac")
        : Optional.empty();
  }

  private Optional<String> repeatedWords(Words words) {
    double characters = words.codePoints();
    NGrams grams = new NGrams(limits.words().of(words));
    for (int i = 0; i < limits.maxTopNGrams().size(); i++) {
      int n = SMALLEST_TOP + i;
      long top = grams.topCharacters(n * limits.unitsPerWord(), n - 1);
      if (top / characters > limits.maxTopNGrams().get(i)) {
        return Optional.of("top_" + n + "_gram");
      }
    }
    for (int i = 0; i < limits.maxRepeatedNGrams().size(); i++) {
      int n = SMALLEST_REPEATED + i;
      long repeated = grams.repeatedCharacters(n * limits.unitsPerWord());
      if (repeated / characters > limits.maxRepeatedNGrams().get(i)) {
        return Optional.of("duplicated_" + n + "_n_grams");
      }
    }
    return Optional.empty();
  }
}
