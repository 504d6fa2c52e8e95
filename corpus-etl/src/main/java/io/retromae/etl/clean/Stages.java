package io.retromae.etl.clean;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
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
  private final Map<String, List<DocumentStage>> bySource = new HashMap<>();

  private Stages(List<DocumentStage> standard) {
    this.standard = standard;
  }

  private static List<DocumentStage> inOrder(FilterSettings settings) {
    return List.of(
        new Mojibake(settings.mojibake()),
        new KeptLanguages(settings.language()),
        new GopherQuality(settings.gopherQuality()),
        new GopherRepetition(settings.gopherRepetition()),
        new C4Quality(settings.c4Quality()),
        new FineWebQuality(settings.finewebQuality()),
        new ChineseLines(settings.chineseLines()),
        new ChineseQuality(settings.chineseQuality()),
        ChineseRepetition.of(settings.chineseRepetition()));
  }

  /**
   * The stages of the settings.
   *
   * @param assignments the resolved {@code filters} settings as {@code path=value}, without the
   *     leading {@code filters.}; what overrides are applied to
   * @throws ConfigException if an override names an unknown setting or a value out of range
   */
  public static Stages of(FilterSettings settings, List<String> assignments) {
    Stages stages = new Stages(inOrder(settings));
    for (FilterSettings.Override override : settings.overrides()) {
      List<String> all = new ArrayList<>(assignments);
      all.addAll(override.set());
      try {
        FilterSettings own = ConfigLoader.load(FilterSettings.class, List.of(), all).value();
        stages.bySource.put(override.source(), inOrder(own));
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

  /** Names of all stages, in order. */
  public static List<String> names() {
    FilterSettings defaults = ConfigLoader.load(FilterSettings.class, List.of(), List.of()).value();
    return inOrder(defaults).stream().map(DocumentStage::name).toList();
  }
}
