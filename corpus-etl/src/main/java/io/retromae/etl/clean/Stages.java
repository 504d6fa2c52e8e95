package io.retromae.etl.clean;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.filter.BadWords;
import io.retromae.etl.filter.C4Quality;
import io.retromae.etl.filter.ChineseLines;
import io.retromae.etl.filter.ChineseQuality;
import io.retromae.etl.filter.ChineseRepetition;
import io.retromae.etl.filter.FineWebQuality;
import io.retromae.etl.filter.Gibberish;
import io.retromae.etl.filter.GopherQuality;
import io.retromae.etl.filter.GopherRepetition;
import io.retromae.etl.filter.KeptLanguages;
import io.retromae.etl.filter.Mojibake;
import io.retromae.etl.filter.PageFrames;
import io.retromae.etl.language.LanguageIdentifier;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.pii.PersonalData;
import io.retromae.etl.stage.DocumentStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * The cleaning stages in the order in which they run; to add one, add it to {@link #inOrder}.
 * Sources with settings of their own ({@code filters.overrides}) have a list of their own.
 */
public final class Stages {
  private final Way standard;
  private final Map<String, Way> bySource = new HashMap<>();

  private final TreeSet<String> badWordLists = new TreeSet<>();

  private Stages(Way standard) {
    this.standard = standard;
  }

  /**
   * What the documents of a source go through.
   *
   * @param normalizer first
   * @param languages then
   * @param stages then, in order
   */
  private record Way(
      Normalizer normalizer, LanguageIdentifier languages, List<DocumentStage> stages) {
    static Way of(FilterSettings settings, Storage storage) {
      return new Way(
          new Normalizer(settings.normalize()),
          settings.language().languages(),
          inOrder(settings, storage));
    }
  }

  private static List<DocumentStage> inOrder(FilterSettings settings, Storage storage) {
    return List.of(
        new Mojibake(settings.mojibake()),
        new KeptLanguages(settings.language()),
        new PageFrames(settings.pageFrames(), settings.cleanSources()),
        new Gibberish(settings.gibberish()),
        new GopherQuality(settings.gopherQuality()),
        new GopherRepetition(settings.gopherRepetition()),
        new C4Quality(settings.c4Quality()),
        new FineWebQuality(settings.finewebQuality()),
        new ChineseLines(settings.chineseLines()),
        new ChineseQuality(settings.chineseQuality()),
        ChineseRepetition.of(settings.chineseRepetition()),
        new PersonalData(settings.pii()),
        BadWords.load(storage, settings.badWords()));
  }

  /**
   * The stages of the settings.
   *
   * @param assignments the resolved {@code filters} settings as {@code path=value}, without the
   *     leading {@code filters.}; what overrides are applied to
   * @param storage reaches the files that settings name
   * @throws ConfigException if an override names an unknown setting or a value out of range
   */
  public static Stages of(FilterSettings settings, List<String> assignments, Storage storage) {
    Stages stages = new Stages(Way.of(settings, storage));
    stages.badWordLists.addAll(settings.badWords().lists().values());
    for (FilterSettings.Override override : settings.overrides()) {
      List<String> all = new ArrayList<>(assignments);
      all.addAll(override.set());
      try {
        FilterSettings own = ConfigLoader.load(FilterSettings.class, List.of(), all).value();
        stages.bySource.put(override.source(), Way.of(own, storage));
        stages.badWordLists.addAll(own.badWords().lists().values());
      } catch (ConfigException e) {
        String where = "filters.overrides for source '" + override.source() + "': ";
        throw new ConfigException(e.problems().stream().map(where::concat).toList());
      }
    }
    return stages;
  }

  /** The stages that documents of a source go through, in order. */
  public List<DocumentStage> of(String source) {
    return bySource.getOrDefault(source, standard).stages();
  }

  /** What normalises the texts of a source before any stage sees them. */
  Normalizer normalizer(String source) {
    return bySource.getOrDefault(source, standard).normalizer();
  }

  /** What tells the language of a source's documents, before the stages. */
  LanguageIdentifier languages(String source) {
    return bySource.getOrDefault(source, standard).languages();
  }

  /** Files of words that settings name, for all sources. */
  public List<String> badWordLists() {
    return List.copyOf(badWordLists);
  }

  /** Names of all stages, in order. */
  public static List<String> names() {
    FilterSettings defaults = ConfigLoader.load(FilterSettings.class, List.of(), List.of()).value();
    Storage nothingToRead = new Storage(new Configuration(false));
    return inOrder(defaults, nothingToRead).stream().map(DocumentStage::name).toList();
  }
}
