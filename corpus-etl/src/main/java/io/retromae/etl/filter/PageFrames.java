package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.ChineseFunction;
import io.retromae.etl.language.EnglishPairs;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.Phrases;
import io.retromae.etl.text.ShippedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Drops pages that are a frame without a content: menus, error pages, parked domains, cookie
 * notices, login walls, adverts, lists of search words or goods. A page is cut into pieces:
 * sentences, lines, entries between dividers. A piece is a frame if phrases of a shipped list make
 * up enough of it, and an entry of a menu if it is short and has neither a mark at its end nor a
 * digit nor a function word. Unlike the rules of C4 and FineWeb, these keep verse, dialogues,
 * recipes and lists of dates, so they can look at every source that is not known to be clean.
 */
public final class PageFrames implements DocumentStage {
  private static final int ENGLISH_ENTRY = 5;
  private static final int CHINESE_ENTRY = 9;

  private final Settings limits;
  private final List<String> cleanSources;
  private final PagePieces english;
  private final PagePieces chinese;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at; en and zh are known
   * @param sources whose documents it looks at, all but clean ones if empty
   * @param extraPhrases beside the shipped lists
   * @param minPhraseShare share of a piece's characters
   * @param maxFrameShare share of a page's characters
   * @param minFunctionWords share of a page's English words
   */
  public record Settings(
      @Setting(
              doc =
                  "Drop pages that are only a frame: menus, error pages, parked domains, cookie"
                      + " notices, login walls, adverts.",
              standard = "true")
          boolean enabled,
      @Setting(doc = "Languages it looks at; only en and zh are known.", standard = "[en, zh]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all but clean_sources.", standard = "[]")
          List<String> sources,
      @Setting(
              doc = "Phrases of page frames and adverts, beside those of the shipped lists.",
              standard = "[]")
          List<String> extraPhrases,
      @Setting(
              doc =
                  "A sentence, or an entry of a menu, is a frame from this share of its characters in"
                      + " such phrases on.",
              standard = "0.2",
              above = 0,
              max = 1)
          double minPhraseShare,
      @Setting(
              doc = "Largest share of characters in frames and entries of menus.",
              standard = "0.4",
              min = 0,
              max = 1)
          double maxFrameShare,
      @Setting(
              doc =
                  "Smallest share of function words (the, of, you, is ...) among English words: prose"
                      + " has 0.3 to 0.6, recipes and reports with many names 0.2, lists of search"
                      + " words below 0.1.",
              standard = "0.12",
              min = 0,
              max = 1)
          double minFunctionWords) {
    /** Checks the phrases. */
    public Settings {
      Phrases.check("extra_phrases", extraPhrases);
      languages = List.copyOf(languages);
      sources = List.copyOf(sources);
      extraPhrases = List.copyOf(extraPhrases);
    }
  }

  /**
   * A stage.
   *
   * @param cleanSources whose documents it never looks at
   */
  public PageFrames(Settings limits, List<String> cleanSources) {
    this.limits = limits;
    this.cleanSources = List.copyOf(cleanSources);
    english =
        new PagePieces(
            phrases(limits, "english-page-frames.txt"),
            limits.minPhraseShare(),
            ENGLISH_ENTRY,
            EnglishPairs.shipped()::isFunctionWord);
    chinese =
        new PagePieces(
            phrases(limits, "chinese-page-frames.txt", "chinese-adverts.txt"),
            limits.minPhraseShare(),
            CHINESE_ENTRY,
            ChineseFunction::isFunctionWord);
  }

  private static Phrases phrases(Settings limits, String... lists) {
    List<String> all = new ArrayList<>(limits.extraPhrases());
    for (String list : lists) {
      all.addAll(ShippedTable.lines(PageFrames.class, list));
    }
    return new Phrases(all);
  }

  @Override
  public String name() {
    return "page_frames";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources(), cleanSources);
  }

  @Override
  public Result apply(CleanDocument document) {
    return switch (document.language()) {
      case EN -> english(english.measure(document.words()));
      case ZH -> Result.of(frames(chinese.measure(document.words())));
      case UND -> Result.kept();
    };
  }

  private Result english(PagePieces.Shares shares) {
    boolean list = shares.functionWords() < limits.minFunctionWords() * shares.words();
    Optional<String> noProse = list ? Optional.of("no_function_words") : Optional.empty();
    return Result.of(frames(shares).or(() -> noProse));
  }

  private Optional<String> frames(PagePieces.Shares shares) {
    if (shares.frames() + shares.entries() <= limits.maxFrameShare() * shares.characters()) {
      return Optional.empty();
    }
    return Optional.of(shares.frames() > shares.entries() ? "frames" : "menus");
  }
}
