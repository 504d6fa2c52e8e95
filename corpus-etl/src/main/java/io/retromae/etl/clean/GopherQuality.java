package io.retromae.etl.clean;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** English quality rules of Rae et al. 2021 (arXiv:2112.11446), table A1. */
final class GopherQuality implements DocumentFilter {
  private static final Set<String> STOP_WORDS =
      Set.of("the", "be", "to", "of", "and", "that", "have", "with");

  private final FilterSettings.Gopher limits;

  GopherQuality(FilterSettings.Gopher limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "gopher_quality";
  }

  @Override
  public Optional<String> reject(CleanDocument document) {
    if (document.language() != Language.EN) {
      return Optional.empty();
    }
    List<String> tokens = document.words().tokens();
    long words = 0;
    long length = 0;
    long withLetter = 0;
    long hashes = 0;
    long ellipses = 0;
    Set<String> stopWords = new HashSet<>();
    for (String token : tokens) {
      if (!Words.isSymbol(token)) {
        words++;
        length += token.codePointCount(0, token.length());
      }
      withLetter += token.codePoints().anyMatch(Character::isLetter) ? 1 : 0;
      if (STOP_WORDS.contains(token.toLowerCase(Locale.ROOT))) {
        stopWords.add(token.toLowerCase(Locale.ROOT));
      }
    }
    String text = document.text();
    hashes = count(text, "#");
    ellipses = count(text, "...") + count(text, "…");
    long all = Math.max(1, tokens.size());
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
    if (hashes > limits.maxSymbolsPerWord() * all || ellipses > limits.maxSymbolsPerWord() * all) {
      return Optional.of("symbols_per_word");
    }
    String[] lines = text.split("\n");
    if (share(lines, GopherQuality::isBullet) > limits.maxBulletLines()) {
      return Optional.of("bullet_lines");
    }
    if (share(lines, GopherQuality::endsInEllipsis) > limits.maxEllipsisLines()) {
      return Optional.of("ellipsis_lines");
    }
    if (withLetter < limits.minWordsWithLetter() * all) {
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
