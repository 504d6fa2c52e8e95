package io.retromae.etl.clean;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** English quality rules of Rae et al. 2021 (arXiv:2112.11446), table A1. */
final class GopherQuality implements DocumentStage {
  private static final Set<String> STOP_WORDS =
      Set.of("the", "be", "to", "of", "and", "that", "have", "with");

  private static final int LONGEST_STOP_WORD = 4;

  private final Settings limits;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at
   * @param sources whose documents it looks at, all if empty
   * @param minWords words that are no pure signs
   * @param maxWords words that are no pure signs
   * @param minMeanWordLength characters
   * @param maxMeanWordLength characters
   * @param maxSymbolsPerWord number signs, and ellipses, per word
   * @param maxBulletLines share of lines
   * @param maxEllipsisLines share of lines
   * @param minWordsWithLetter share of words, signs included
   * @param minStopWords different ones
   */
  public record Settings(
      @Setting(doc = "Run this stage.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[en]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
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

  GopherQuality(Settings limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "gopher_quality";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    return Result.of(reject(document));
  }

  private Optional<String> reject(CleanDocument document) {
    Words all = document.words();
    long words = 0;
    long length = 0;
    long withLetter = 0;
    Set<String> stopWords = new HashSet<>();
    for (int i = 0; i < all.count(); i++) {
      int chars = all.end(i) - all.start(i);
      if (!all.isSymbol(i)) {
        words++;
        length += chars;
      }
      withLetter += all.hasLetter(i) ? 1 : 0;
      if (chars <= LONGEST_STOP_WORD && all.hasLetter(i)) {
        String lower = all.token(i).toLowerCase(Locale.ROOT);
        if (STOP_WORDS.contains(lower)) {
          stopWords.add(lower);
        }
      }
    }
    String text = document.text();
    long hashes = count(text, "#");
    long ellipses = count(text, "...") + count(text, "…");
    long tokens = Math.max(1, all.count());
    if (words < limits.minWords()) {
      return Optional.of("short");
    }
    if (words > limits.maxWords()) {
      return Optional.of("long");
    }
    double mean = (double) length / words;
    if (mean < limits.minMeanWordLength() || mean > limits.maxMeanWordLength()) {
      return Optional.of("mean_word_length");
    }
    if (hashes > limits.maxSymbolsPerWord() * tokens
        || ellipses > limits.maxSymbolsPerWord() * tokens) {
      return Optional.of("symbols_per_word");
    }
    String[] lines = text.split("\n");
    if (share(lines, GopherQuality::isBullet) > limits.maxBulletLines()) {
      return Optional.of("bullet_lines");
    }
    if (share(lines, GopherQuality::endsInEllipsis) > limits.maxEllipsisLines()) {
      return Optional.of("ellipsis_lines");
    }
    if (withLetter < limits.minWordsWithLetter() * tokens) {
      return Optional.of("words_without_letter");
    }
    return stopWords.size() < limits.minStopWords() ? Optional.of("stop_words") : Optional.empty();
  }

  private static long count(String text, String sign) {
    long count = 0;
    for (int i = text.indexOf(sign); i >= 0; i = text.indexOf(sign, i + sign.length())) {
      count++;
    }
    return count;
  }

  private static boolean isBullet(String line) {
    String stripped = line.stripLeading();
    return stripped.startsWith("•") || stripped.startsWith("-");
  }

  private static boolean endsInEllipsis(String line) {
    String stripped = line.stripTrailing();
    return stripped.endsWith("...") || stripped.endsWith("…");
  }

  private static double share(String[] lines, java.util.function.Predicate<String> test) {
    long count = java.util.Arrays.stream(lines).filter(test).count();
    return (double) count / lines.length;
  }
}
