package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.language.Language;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.Words;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Drops documents in which words of the user's lists take up much room, counts them in all others;
 * an idea of C4 (Raffel et al. 2020, arXiv:1910.10683, section 2.2), softened, because one such
 * word says little about a text. Without lists, as by default, it does nothing.
 *
 * <p>A list is a file in UTF-8 with one entry a line, case ignored; empty lines and those that
 * begin with {@code #} are skipped. English entries are whole words or phrases of words; Chinese
 * ones are found anywhere. The lists in {@code conf/bad-words} show the format.
 */
public final class BadWords implements DocumentStage {
  /** Languages that lists can be given for. */
  private static final List<String> NAMES =
      Arrays.stream(Language.values())
          .filter(language -> language != Language.UND)
          .map(language -> language.name().toLowerCase(Locale.ROOT))
          .toList();

  private final Settings settings;
  private final Map<Language, Entries> lists;

  /**
   * Settings.
   *
   * @param enabled whether the stage runs
   * @param sources whose documents it looks at, all if empty
   * @param lists files by language
   * @param maxShare of characters
   */
  public record Settings(
      @Setting(doc = "Look for words of the lists.", standard = "true") boolean enabled,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(
              doc =
                  "Files with one entry a line, by language, as in {en: conf/bad-words/en.txt};"
                      + " {} = no list, nothing to look for. Every executor must reach them.",
              standard = "{}")
          Map<String, String> lists,
      @Setting(
              doc =
                  "Documents with more of their characters in such words are dropped, others only"
                      + " counted.",
              standard = "0.01",
              min = 0,
              max = 1)
          double maxShare) {
    /** Checks the languages. */
    public Settings {
      lists = Map.copyOf(lists);
      for (String language : lists.keySet()) {
        if (!NAMES.contains(language)) {
          throw new IllegalArgumentException(
              "lists: %s = %s: language must be %s"
                  .formatted(language, lists.get(language), String.join(" or ", NAMES)));
        }
      }
    }
  }

  /** The entries of a list, ready to be looked for. */
  interface Entries {
    /** Notes all entries that a document holds. */
    void find(Words words, Hits hits);
  }

  private BadWords(Settings settings, Map<Language, Entries> lists) {
    this.settings = settings;
    this.lists = lists;
  }

  /**
   * The stage with its lists.
   *
   * @throws io.retromae.core.failure.ConfigException if a list does not exist
   * @throws CorruptDataException if a list is not UTF-8
   */
  public static BadWords load(Storage storage, Settings settings) {
    Map<Language, Entries> lists = new EnumMap<>(Language.class);
    if (settings.enabled()) {
      settings
          .lists()
          .forEach(
              (name, path) -> {
                Language language = Language.valueOf(name.toUpperCase(Locale.ROOT));
                lists.put(language, search(language, entries(path, storage.read(path))));
              });
    }
    return new BadWords(settings, lists);
  }

  /** Words are found whole where blanks divide them. */
  private static Entries search(Language language, List<String> entries) {
    return switch (language) {
      case EN, UND -> new PhraseTable(entries);
      case ZH -> new CharacterAutomaton(entries);
    };
  }

  private static List<String> entries(String path, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
      return text.lines()
          .map(line -> Normalizer.normalize(line).toLowerCase(Locale.ROOT))
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .distinct()
          .toList();
    } catch (CharacterCodingException e) {
      throw new CorruptDataException(
          "%s: byte %02x at %,d: a list of bad words must be UTF-8; convert the file"
              .formatted(path, bytes[in.position()], in.position()),
          e);
    }
  }

  @Override
  public String name() {
    return "bad_words";
  }

  @Override
  public Scope scope() {
    return new Scope(
        settings.enabled() && !lists.isEmpty(), List.copyOf(lists.keySet()), settings.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    Hits hits = new Hits();
    lists.get(document.language()).find(document.words(), hits);
    if (hits.count() == 0) {
      return Result.kept();
    }
    return hits.characters() > settings.maxShare() * document.text().length()
        ? new Result.Dropped("bad_words")
        : new Result.Changed(document, Map.of("hits", hits.count()));
  }
}
