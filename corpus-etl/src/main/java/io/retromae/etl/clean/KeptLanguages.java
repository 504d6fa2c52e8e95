package io.retromae.etl.clean;

import io.retromae.core.config.Setting;
import java.util.List;

/** Drops documents in languages that are not wanted. */
final class KeptLanguages implements DocumentStage {
  private final Settings settings;

  /**
   * Settings.
   *
   * @param enabled whether the stage runs
   * @param keep languages that are kept
   */
  public record Settings(
      @Setting(doc = "Drop documents in other languages.", standard = "true") boolean enabled,
      @Setting(doc = "Languages that are kept.", standard = "[en, zh]") List<Language> keep) {}

  KeptLanguages(Settings settings) {
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
