package io.retromae.etl.clean;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.etl.language.LanguageIdentifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The cleaning stages in the order in which they run; to add one, add it to {@link #inOrder}.
 * Sources with settings of their own ({@code filters.overrides}) have a list of their own.
 */
public final class Stages {
  private final List<DocumentStage> standard;
  private final LanguageIdentifier standardLanguages;
  private final Map<String, List<DocumentStage>> bySource = new HashMap<>();
  private final Map<String, LanguageIdentifier> languagesBySource = new HashMap<>();

  private Stages(FilterSettings settings) {
    this.standard = inOrder(settings);
    this.standardLanguages = settings.language().languages();
  }

  private static List<DocumentStage> inOrder(FilterSettings settings) {
    return List.of(
        new Mojibake(settings.mojibake()),
        new KeptLanguages(settings.language()),
        new GopherQuality(settings.gopherQuality()),
        new ChineseQuality(settings.chineseQuality()));
  }

  /**
   * The stages of the settings.
   *
   * @param assignments the resolved {@code filters} settings as {@code path=value}, without the
   *     leading {@code filters.}; what overrides are applied to
   * @throws ConfigException if an override names an unknown setting or a value out of range
   */
  public static Stages of(FilterSettings settings, List<String> assignments) {
    Stages stages = new Stages(settings);
    for (FilterSettings.Override override : settings.overrides()) {
      List<String> all = new ArrayList<>(assignments);
      all.addAll(override.set());
      try {
        FilterSettings own = ConfigLoader.load(FilterSettings.class, List.of(), all).value();
        stages.bySource.put(override.source(), inOrder(own));
        stages.languagesBySource.put(override.source(), own.language().languages());
      } catch (ConfigException e) {
        String where = "filters.overrides for source '" + override.source() + "': ";
        throw new ConfigException(where + e.getMessage(), e);
      }
    }
    return stages;
  }

  /** The stages that documents of a source go through, in order. */
  public List<DocumentStage> of(String source) {
    return bySource.getOrDefault(source, standard);
  }

  /** What tells the language of a source's documents, before the stages. */
  public LanguageIdentifier languages(String source) {
    return languagesBySource.getOrDefault(source, standardLanguages);
  }

  /** Names of all stages, in order. */
  public static List<String> names() {
    FilterSettings defaults = ConfigLoader.load(FilterSettings.class, List.of(), List.of()).value();
    return inOrder(defaults).stream().map(DocumentStage::name).toList();
  }
}
