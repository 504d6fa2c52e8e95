package io.retromae.etl.clean;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The minimum for Chinese text: long enough, mostly Han, with sentence ends, without the brackets
 * of title lists, not the same few characters again and again. Units are Han characters and whole
 * Latin words. Limits by source allow short genres such as poems.
 */
final class ChineseQuality implements DocumentFilter {
  private static final String TERMINALS = "。！？…!?；;";

  private final FilterSettings.Chinese limits;

  ChineseQuality(FilterSettings.Chinese limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "chinese_quality";
  }

  @Override
  public Optional<String> reject(CleanDocument document) {
    if (document.language() != Language.ZH) {
      return Optional.empty();
    }
    Map<String, Integer> counts = new HashMap<>();
    long units = 0;
    long han = 0;
    for (String token : document.words().tokens()) {
      if (!Words.isSymbol(token)) {
        units++;
        han += Words.isHan(token.codePointAt(0)) ? 1 : 0;
        counts.merge(token, 1, Integer::sum);
      }
    }
    String text = document.text();
    long terminals = text.chars().filter(c -> TERMINALS.indexOf(c) >= 0).count();
    long brackets = text.chars().filter(c -> c == '【' || c == '】').count();
    if (units < limits.minUnits(document.source())) {
      return Optional.of("short");
    }
    if (han < limits.minHanShare() * units) {
      return Optional.of("han_share");
    }
    if (terminals * limits.maxCharactersPerTerminal() < text.length()) {
      return Optional.of("no_sentence_ends");
    }
    if (brackets > limits.maxBracketShare() * text.length()) {
      return Optional.of("brackets");
    }
    return entropy(counts, units) < limits.minEntropy() ? Optional.of("entropy") : Optional.empty();
  }

  /** Of the units, in bits. */
  private static double entropy(Map<String, Integer> counts, long total) {
    double bits = 0;
    for (int count : counts.values()) {
      double p = (double) count / total;
      bits -= p * Math.log(p) / Math.log(2);
    }
    return bits;
  }
}
