package io.retromae.etl.stage;

import io.retromae.etl.language.Language;
import java.util.List;

/**
 * Which documents a stage looks at.
 *
 * @param enabled whether the stage runs at all
 * @param languages whose documents it looks at; empty: all
 * @param sources whose documents it looks at, such as {@code pile/Pile-CC}; empty: all
 * @param exempt sources whose documents it never looks at
 */
public record Scope(
    boolean enabled, List<Language> languages, List<String> sources, List<String> exempt) {
  /** A copy. */
  public Scope {
    languages = List.copyOf(languages);
    sources = List.copyOf(sources);
    exempt = List.copyOf(exempt);
  }

  /** No source is exempt. */
  public Scope(boolean enabled, List<Language> languages, List<String> sources) {
    this(enabled, languages, sources, List.of());
  }

  /** Whether the stage looks at this document. */
  public boolean covers(CleanDocument document) {
    return enabled
        && (languages.isEmpty() || languages.contains(document.language()))
        && (sources.isEmpty() || sources.contains(document.source()))
        && !exempt.contains(document.source());
  }
}
