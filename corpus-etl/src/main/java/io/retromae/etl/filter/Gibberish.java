package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.EnglishPairs;
import io.retromae.etl.language.HanPairs;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.Words;
import java.util.List;
import java.util.Optional;

/**
 * Drops texts whose neighbouring words or characters do not belong together: random characters,
 * word salad, wrongly decoded text that looks like Chinese, lists of search words. English is
 * measured by {@link EnglishPairs}, Chinese by {@link HanPairs}.
 */
public final class Gibberish implements DocumentStage {
  private final Settings limits;
  private final EnglishPairs english = EnglishPairs.shipped();
  private final HanPairs han = HanPairs.shipped();

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at; en and zh are known
   * @param sources whose documents it looks at, all if empty
   * @param minPairs neighbours; a text with fewer passes
   * @param minEnglishBits mean score of pairs of English words
   * @param minChineseBits mean score of pairs of Han characters
   * @param minKnownPairs share of pairs of Han characters that other texts have too
   */
  public record Settings(
      @Setting(
              doc = "Drop texts whose neighbouring words or characters do not belong together.",
              standard = "true")
          boolean enabled,
      @Setting(doc = "Languages it looks at; only en and zh are known.", standard = "[en, zh]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(doc = "A text with fewer neighbours than these passes.", standard = "30", min = 1)
          int minPairs,
      @Setting(
              doc =
                  "Smallest mean score of neighbouring English words in bits: 0 is chance, prose has"
                      + " 0.2 to 0.9.",
              standard = "-0.15")
          double minEnglishBits,
      @Setting(
              doc =
                  "Smallest mean score of neighbouring Han characters in bits: 0 is chance, prose has"
                      + " 0.2 to 3, verse -0.9 to 0.5.",
              standard = "-1.2")
          double minChineseBits,
      @Setting(
              doc =
                  "Smallest share of neighbouring Han characters that are neighbours in other texts"
                      + " too: prose has 0.4 to 1, verse 0.15 to 0.6, random characters 0.05.",
              standard = "0.12",
              min = 0,
              max = 1)
          double minKnownPairs) {
    /** A copy. */
    public Settings {
      languages = List.copyOf(languages);
      sources = List.copyOf(sources);
    }
  }

  public Gibberish(Settings limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "gibberish";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    return Result.of(
        switch (document.language()) {
          case EN -> english(document.words());
          case ZH -> chinese(document.text());
          case UND -> Optional.empty();
        });
  }

  private Optional<String> english(Words words) {
    EnglishPairs.Order order = english.order(words);
    return order.pairs() >= limits.minPairs() && order.bits() < limits.minEnglishBits()
        ? Optional.of("word_order")
        : Optional.empty();
  }

  private Optional<String> chinese(String text) {
    HanPairs.Order order = han.order(text);
    if (order.pairs() < limits.minPairs()) {
      return Optional.empty();
    }
    if (order.knownShare() < limits.minKnownPairs()) {
      return Optional.of("unknown_pairs");
    }
    return order.bits() < limits.minChineseBits()
        ? Optional.of("character_order")
        : Optional.empty();
  }
}
