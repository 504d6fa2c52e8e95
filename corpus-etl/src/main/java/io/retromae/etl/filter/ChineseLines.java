package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.ChineseFunction;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.Phrases;
import io.retromae.etl.text.ShippedTable;
import io.retromae.etl.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes page frames out of Chinese texts: lines of navigation and adverts, found by phrases, and
 * menus: runs of short paragraphs without a mark at their end, a digit, or function characters. A
 * short paragraph alone stays, and so does the last one of a run before a longer one: these are
 * titles and headings, which statutes are full of. Short lines with function characters are verse,
 * those with digits lists of ingredients or dates, those without Han characters code. Drops
 * documents that are mostly adverts.
 */
public final class ChineseLines implements DocumentStage {
  private static final String LIST = "chinese-adverts.txt";

  private static final String CODE_SIGNS = "=(){}[]<>;_`\"\\";

  private static final byte EMPTY = 0;
  private static final byte TEXT = 1;
  private static final byte SHORT = 2;
  private static final byte MENU = 3;
  private static final byte ADVERT = 4;

  private final Settings settings;
  private final Phrases phrases;

  /**
   * Settings.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at
   * @param sources whose documents it looks at, all if empty
   * @param extraPhrases beside the shipped list
   * @param minPhraseShare share of a line's characters
   * @param maxAdvertShare share of a document's characters
   * @param minParagraphUnits Han characters and Latin words
   * @param minMenuLines short paragraphs in a row
   */
  public record Settings(
      @Setting(doc = "Run this stage.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[zh]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(
              doc = "Phrases of adverts and navigation, beside those of the shipped list.",
              standard = "[]")
          List<String> extraPhrases,
      @Setting(
              doc =
                  "A line is an advert from this share of its characters in such phrases on; long"
                      + " paragraphs that mention one are prose.",
              standard = "0.05",
              above = 0,
              max = 1)
          double minPhraseShare,
      @Setting(
              doc = "Drop the document if adverts had a larger share of its characters.",
              standard = "0.3",
              min = 0,
              max = 1)
          double maxAdvertShare,
      @Setting(
              doc =
                  "A paragraph with fewer Han characters and Latin words, and no mark at its end, is"
                      + " short; 0 = none is.",
              standard = "10",
              min = 0)
          int minParagraphUnits,
      @Setting(
              doc =
                  "So many short paragraphs in a row are a menu and go, but for a heading: the last"
                      + " one before a longer paragraph. 1 = every short paragraph goes, headings"
                      + " too.",
              standard = "4",
              min = 1)
          int minMenuLines) {
    /** Checks the phrases. */
    public Settings {
      Phrases.check("extra_phrases", extraPhrases);
    }
  }

  public ChineseLines(Settings settings) {
    this.settings = settings;
    List<String> all = new ArrayList<>(ShippedTable.lines(ChineseLines.class, LIST));
    all.addAll(settings.extraPhrases());
    phrases = new Phrases(all);
  }

  @Override
  public String name() {
    return "chinese_lines";
  }

  @Override
  public Scope scope() {
    return new Scope(settings.enabled(), settings.languages(), settings.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    String text = document.text();
    byte[] kinds = kinds(document.words());
    if (characters(text, kinds, ADVERT) > settings.maxAdvertShare() * visible(text)) {
      return new Result.Dropped("adverts");
    }
    markMenus(kinds);
    Map<String, Long> edits = new LinkedHashMap<>();
    count(edits, "lines", kinds, ADVERT);
    count(edits, "menu_lines", kinds, MENU);
    if (edits.isEmpty()) {
      return Result.kept();
    }
    String left = without(text, kinds);
    return left.isEmpty()
        ? new Result.Dropped("nothing_left")
        : new Result.Changed(document.withText(left), edits);
  }

  /** What each line is: empty, text, short or advert. */
  private byte[] kinds(Words words) {
    String text = words.text();
    byte[] kinds = new byte[16];
    int lines = 0;
    for (int start = 0; start <= text.length(); lines++) {
      int end = endOfLine(text, start);
      if (lines == kinds.length) {
        kinds = Arrays.copyOf(kinds, 2 * lines);
      }
      kinds[lines] = kind(words, start, end);
      start = end + 1;
    }
    return Arrays.copyOf(kinds, lines);
  }

  private byte kind(Words words, int start, int end) {
    String text = words.text();
    if (ChineseMarks.isBlank(text, start, end)) {
      return EMPTY;
    }
    if (phrases.characters(text, start, end) >= settings.minPhraseShare() * (end - start)) {
      return ADVERT;
    }
    boolean runningText = ChineseMarks.endsInMark(text, start, end);
    return !runningText && isShort(words, start, end) ? SHORT : TEXT;
  }

  /**
   * Short, with Han characters, and with nothing that menus do not have; if a single line can be a
   * menu, just short.
   */
  private boolean isShort(Words words, int start, int end) {
    boolean anything = settings.minMenuLines() == 1;
    int units = 0;
    boolean han = anything;
    for (int word = firstWordFrom(words, start);
        word < words.count() && words.start(word) < end;
        word++) {
      if (words.isSymbol(word)) {
        if (!anything && CODE_SIGNS.indexOf(words.text().charAt(words.start(word))) >= 0) {
          return false;
        }
      } else if (!anything
              && (!words.hasLetter(word) || ChineseFunction.isFunctionWord(words, word))
          || ++units >= settings.minParagraphUnits()) {
        return false;
      }
      han |= words.isHan(word);
    }
    return han;
  }

  /** The first word that begins at a place or behind it. */
  private static int firstWordFrom(Words words, int place) {
    int low = 0;
    int high = words.count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (words.start(middle) < place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Makes menus of runs of short lines; empty lines and adverts do not end a run. */
  private void markMenus(byte[] kinds) {
    int first = 0;
    int shorts = 0;
    for (int i = 0; i <= kinds.length; i++) {
      boolean text = i < kinds.length && kinds[i] == TEXT;
      if (text || i == kinds.length) {
        if (shorts >= settings.minMenuLines()) {
          boolean heading = text && settings.minMenuLines() > 1;
          markMenu(kinds, first, heading ? shorts - 1 : shorts);
        }
        first = i + 1;
        shorts = 0;
      } else if (kinds[i] == SHORT) {
        shorts++;
      }
    }
  }

  private static void markMenu(byte[] kinds, int first, int count) {
    int left = count;
    for (int i = first; left > 0; i++) {
      if (kinds[i] == SHORT) {
        kinds[i] = MENU;
        left--;
      }
    }
  }

  /** The text without adverts and menus, nor the empty lines that would be left in their place. */
  private static String without(String text, byte[] kinds) {
    StringBuilder left = new StringBuilder(text.length());
    int start = 0;
    boolean gap = false;
    for (byte kind : kinds) {
      int end = endOfLine(text, start);
      if (kind == TEXT || kind == SHORT) {
        left.append(left.isEmpty() ? "" : gap ? "\n\n" : "\n").append(text, start, end);
        gap = false;
      }
      gap |= kind == EMPTY;
      start = end + 1;
    }
    return left.toString();
  }

  private static long characters(String text, byte[] kinds, byte wanted) {
    long characters = 0;
    int start = 0;
    for (byte kind : kinds) {
      int end = endOfLine(text, start);
      characters += kind == wanted ? end - start : 0;
      start = end + 1;
    }
    return characters;
  }

  /** Characters but for line feeds. */
  private static long visible(String text) {
    long count = 0;
    for (int i = 0; i < text.length(); i++) {
      count += text.charAt(i) == '\n' ? 0 : 1;
    }
    return count;
  }

  private static void count(Map<String, Long> edits, String name, byte[] kinds, byte wanted) {
    long count = 0;
    for (byte kind : kinds) {
      count += kind == wanted ? 1 : 0;
    }
    if (count > 0) {
      edits.put(name, count);
    }
  }

  private static int endOfLine(String text, int start) {
    int end = text.indexOf('\n', start);
    return end < 0 ? text.length() : end;
  }
}
