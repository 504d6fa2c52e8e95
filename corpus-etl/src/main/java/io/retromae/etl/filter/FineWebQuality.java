package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.CharKinds;
import io.retromae.etl.text.HashCounts;
import io.retromae.etl.text.TextHash;
import io.retromae.etl.text.TextLines;
import io.retromae.etl.text.Words;
import java.util.List;
import java.util.Optional;

/**
 * Drops web pages that are lists rather than prose (FineWeb, Penedo et al. 2024, arXiv:2406.17557,
 * section 3.6). Meant for web text only: it drops most books and code. A line that ends in a blank
 * does not end in punctuation: on texts as published, that drops nearly all lower-cased film
 * reviews of the sentiment polarity set; after {@link Normalizer}, which removes such blanks, they
 * pass.
 */
public final class FineWebQuality implements DocumentStage {
  private final Settings limits;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at, all if empty
   * @param sources whose documents it looks at, all if empty
   * @param minTerminalLines share of lines that end in a terminal punctuation mark
   * @param maxShortLines share of lines
   * @param shortLine characters of a short line, at most
   * @param maxDuplicateCharacters share of characters in duplicate lines
   * @param maxNewlinesPerWord line feeds for each word
   */
  public record Settings(
      @Setting(
              doc =
                  "Drop web pages that are lists; for web text only, it drops most books and code."
                      + " Lower-cased film reviews pass since blanks at line ends are removed first.",
              standard = "true")
          boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[en]")
          List<Language> languages,
      @Setting(
              doc = "Sources it looks at; [] = all.",
              standard = "[pile/Pile-CC, pile/OpenWebText2]")
          List<String> sources,
      @Setting(
              doc = "Smallest share of lines that end in terminal punctuation.",
              standard = "0.12",
              min = 0,
              max = 1)
          double minTerminalLines,
      @Setting(doc = "Largest share of short lines.", standard = "0.67", min = 0, max = 1)
          double maxShortLines,
      @Setting(doc = "Characters of a short line, at most.", standard = "30", min = 0)
          int shortLine,
      @Setting(
              doc = "Largest share of characters in duplicate lines.",
              standard = "0.01",
              min = 0,
              max = 1)
          double maxDuplicateCharacters,
      @Setting(doc = "Most line feeds per word.", standard = "0.3", min = 0)
          double maxNewlinesPerWord) {
    /** A copy. */
    public Settings {
      languages = List.copyOf(languages);
      sources = List.copyOf(sources);
    }
  }

  public FineWebQuality(Settings limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "fineweb_quality";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    return Result.of(reject(document.words()));
  }

  private Optional<String> reject(Words words) {
    LineCounts lines = LineCounts.of(words.text(), limits.shortLine());
    if (lines.all() == 0) {
      return Optional.of("empty");
    }
    double all = lines.all();
    if (lines.terminal() / all < limits.minTerminalLines()) {
      return Optional.of("line_punct_ratio");
    }
    if (lines.shorter() / all > limits.maxShortLines()) {
      return Optional.of("short_line_ratio");
    }
    double characters = words.codePoints() - lines.lineFeeds();
    if (lines.duplicateCharacters() / characters > limits.maxDuplicateCharacters()) {
      return Optional.of("char_dup_ratio");
    }
    return lines.lineFeeds() / (double) words.count() > limits.maxNewlinesPerWord()
        ? Optional.of("list_ratio")
        : Optional.empty();
  }

  /** Lines that are not blank; they end at line feeds only. */
  private record LineCounts(
      int all, int terminal, int shorter, long duplicateCharacters, int lineFeeds) {
    static LineCounts of(String text, int shortLine) {
      HashCounts seen = new HashCounts();
      int all = 0;
      int terminal = 0;
      int shorter = 0;
      long duplicate = 0;
      int lineFeeds = -1;
      int end;
      for (int start = 0; start <= text.length(); start = end + 1) {
        int lineFeed = text.indexOf('\n', start);
        end = lineFeed < 0 ? text.length() : lineFeed;
        lineFeeds++;
        if (TextLines.skipBlanks(text, start, end) < end) {
          int characters = text.codePointCount(start, end);
          all++;
          terminal += (CharKinds.of(text.codePointBefore(end)) & CharKinds.TERMINAL) != 0 ? 1 : 0;
          shorter += characters <= shortLine ? 1 : 0;
          boolean before = seen.count(seen.add(TextHash.of(text, start, end), all)) > 1;
          duplicate += before ? characters : 0;
        }
      }
      return new LineCounts(all, terminal, shorter, duplicate, lineFeeds);
    }
  }
}
