package io.retromae.etl.clean;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The minimum for Chinese text: long enough, mostly Han, with sentence ends, without the brackets
 * of title lists, not the same few characters again and again. Units are Han characters and whole
 * Latin words. Limits by source allow short genres such as poems.
 */
final class ChineseQuality implements DocumentStage {
  private static final String TERMINALS = "。！？…!?；;";

  private final Settings limits;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at
   * @param sources whose documents it looks at, all if empty
   * @param minUnits Han characters and Latin words
   * @param minHanShare share of units
   * @param maxCharactersPerTerminal a sentence end at least every so many characters
   * @param maxBracketShare share of characters that are 【 or 】
   * @param minEntropy of the units, bits
   */
  public record Settings(
      @Setting(doc = "Run this stage.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[zh]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(doc = "Fewest Han characters and Latin words.", standard = "50", min = 0)
          int minUnits,
      @Setting(doc = "Smallest share of Han characters.", standard = "0.6", min = 0, max = 1)
          double minHanShare,
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
    return Result.of(reject(document));
  }

  private Optional<String> reject(CleanDocument document) {
    Words words = document.words();
    Map<Long, Integer> counts = new HashMap<>();
    long units = 0;
    long han = 0;
    for (int i = 0; i < words.count(); i++) {
      if (!words.isSymbol(i)) {
        units++;
        han += words.isHan(i) ? 1 : 0;
        counts.merge(words.hash(i), 1, Integer::sum);
      }
    }
    String text = document.text();
    long terminals = text.chars().filter(c -> TERMINALS.indexOf(c) >= 0).count();
    long brackets = text.chars().filter(c -> c == '【' || c == '】').count();
    if (units < limits.minUnits()) {
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
  private static double entropy(Map<Long, Integer> counts, long total) {
    double bits = 0;
    for (int count : counts.values()) {
      double p = (double) count / total;
      bits -= p * Math.log(p) / Math.log(2);
    }
    return bits;
  }
}
