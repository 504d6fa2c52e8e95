package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.language.LanguageIdentifier;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import java.util.List;
import java.util.Optional;

/** Drops documents in languages that are not wanted. */
public final class KeptLanguages implements DocumentStage {
  private final Settings settings;

  /**
   * Settings.
   *
   * @param enabled whether the stage runs
   * @param keep languages that are kept
   * @param identifier what tells the language
   * @param customClass a class that tells it instead; empty: none
   * @param minScore below it, a language counts as undetermined
   */
  public record Settings(
      @Setting(doc = "Drop documents in other languages.", standard = "true") boolean enabled,
      @Setting(doc = "Languages that are kept.", standard = "[en, zh]") List<Language> keep,
      @Setting(
              doc =
                  "What tells the language: profile (scripts, then n-grams), or script (all Latin"
                      + " text is en).",
              standard = "profile")
          LanguageIdentifier.Kind identifier,
      @Setting(
              doc =
                  "Class that tells the language instead, such as org.example.FastTextIdentifier;"
                      + " null = none.",
              standard = "null")
          Optional<String> customClass,
      @Setting(
              doc = "Smallest score; a language found with less counts as und.",
              standard = "0.65",
              min = 0,
              max = 1)
          double minScore) {

    /** What tells the language under these settings. */
    public LanguageIdentifier languages() {
      LanguageIdentifier chosen =
          customClass
              .map(LanguageIdentifier::ofClass)
              .orElseGet(() -> LanguageIdentifier.of(identifier));
      return chosen.atLeast(minScore);
    }
  }

  public KeptLanguages(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "language";
  }

  @Override
  public Scope scope() {
    return new Scope(settings.enabled(), List.of(), List.of());
  }

  @Override
  public Result apply(CleanDocument document) {
    return settings.keep().contains(document.language())
        ? Result.kept()
        : new Result.Dropped("other_language");
  }
}
