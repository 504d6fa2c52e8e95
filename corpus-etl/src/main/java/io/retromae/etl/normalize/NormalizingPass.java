package io.retromae.etl.normalize;

import java.util.Map;
import java.util.TreeMap;

/**
 * One pass over a text that does all of normalisation but Unicode's normal form: removes, replaces,
 * joins and decodes in place, since nothing ever grows. Used once, by one thread.
 */
final class NormalizingPass {
  /** Han characters above this share of the letters, and kana below the other, make Chinese. */
  private static final double MIN_HAN = 0.3;

  private static final double MAX_KANA = 0.05;

  /**
   * Most combining marks on one character, as in Unicode's stream-safe text format (UAX 15): to put
   * a longer row in order takes time that grows with its square.
   */
  private static final int MOST_MARKS = 30;

  private static final int FULL_WIDTH_OFFSET = '０' - '0';

  /** What is owed before the next character: nothing, a blank, one line end, an empty line. */
  private static final int NOTHING = 0;

  private static final int BLANK = 1;
  private static final int LINE = 2;
  private static final int EMPTY_LINE = 3;

  private final CharacterClasses classes;
  private final byte[] table;
  private final char[] simplified;
  private final boolean decodes;
  private final char[] text;

  private int length;
  private int owed = NOTHING;
  private boolean replaced;
  private boolean doubtful;
  private boolean ampersand;
  private int fullWidth;
  private long controls;
  private long invisible;
  private long entities;
  private long surrogates;
  private long traditional;
  private long marks;
  private int marksInRow;
  private int behindMark = -1;

  /**
   * A pass over a text.
   *
   * @param classes what to do with each character
   * @param simplified by traditional character
   * @param decodes whether HTML entities are decoded
   */
  NormalizingPass(CharacterClasses classes, char[] simplified, boolean decodes, String text) {
    this.classes = classes;
    this.table = classes.table();
    this.simplified = simplified;
    this.decodes = decodes;
    this.text = text.toCharArray();
  }

  /** Does the work; call once. */
  void run() {
    int i = 0;
    while (i < text.length) {
      i = copyPlain(i);
      if (i < text.length) {
        i = special(i);
      }
    }
    if (fullWidth > 0 && isChinese()) {
      toHalfWidth();
    } else {
      fullWidth = 0;
    }
  }

  /** Whether the result differs from the text. */
  boolean changed() {
    return replaced || length < text.length;
  }

  /** Whether the result holds characters that may not be in normal form. */
  boolean doubtful() {
    return doubtful;
  }

  /** Whether the result may hold an entity that was none before. */
  boolean mayHoldEntity() {
    return decodes && ampersand && changed();
  }

  /** The result. */
  String result() {
    return new String(text, 0, length);
  }

  /** Adds what was done, by kind. */
  void addTo(Map<String, Long> edits) {
    Map<String, Long> done = new TreeMap<>();
    done.put("controls", controls);
    done.put("invisible", invisible);
    done.put("entities", entities);
    done.put("surrogates", surrogates);
    done.put("full_width", (long) fullWidth);
    done.put("simplified", traditional);
    done.put("marks", marks);
    done.forEach(
        (kind, count) -> {
          if (count > 0) {
            edits.merge(kind, count, Long::sum);
          }
        });
  }

  /** Copies plain characters with single blanks between them; the hot loop. */
  private int copyPlain(int start) {
    final char[] chars = text;
    final byte[] kinds = table;
    int out = length;
    int i = start;
    if (i < chars.length && kinds[chars[i]] == CharacterClasses.PLAIN) {
      out = settle(out);
      for (; i < chars.length; i++) {
        char c = chars[i];
        if (kinds[c] != CharacterClasses.PLAIN && !isSingleBlank(i, c)) {
          break;
        }
        chars[out++] = c;
      }
    }
    length = out;
    return i;
  }

  /** A space whose neighbours are plain; the one before it has just been copied. */
  private boolean isSingleBlank(int i, char c) {
    return c == ' '
        && i + 1 < text.length
        && table[text[i + 1]] == CharacterClasses.PLAIN
        && table[text[i - 1]] == CharacterClasses.PLAIN;
  }

  /** Handles a character that is not plain; the index behind it. */
  private int special(int i) {
    char c = text[i];
    if (c == '&' && decodes) {
      long entity = HtmlEntities.at(text, i + 1, text.length);
      int behind = i + 1 + HtmlEntities.length(entity);
      // An ampersand that would begin another entity was escaped twice on purpose: it stays.
      if (entity != HtmlEntities.NONE
          && !(HtmlEntities.codePoint(entity) == '&'
              && HtmlEntities.at(text, behind, text.length) != HtmlEntities.NONE)) {
        entities++;
        accept(HtmlEntities.codePoint(entity));
        return behind;
      }
    }
    if (table[c] == CharacterClasses.SURROGATE) {
      return surrogate(i);
    }
    boolean lineEndOfTwo = c == '\r' && i + 1 < text.length && text[i + 1] == '\n';
    accept(lineEndOfTwo ? '\n' : c);
    return lineEndOfTwo ? i + 2 : i + 1;
  }

  private int surrogate(int i) {
    if (Character.isHighSurrogate(text[i])
        && i + 1 < text.length
        && Character.isLowSurrogate(text[i + 1])) {
      accept(Character.toCodePoint(text[i], text[i + 1]));
      return i + 2;
    }
    surrogates++;
    put('\ufffd');
    return i + 1;
  }

  private void accept(int codePoint) {
    if (codePoint > Character.MAX_VALUE) {
      boolean combines = classes.isDoubtful(codePoint);
      if (combines && isMarkTooMany(codePoint)) {
        return;
      }
      doubtful |= combines;
      put(Character.highSurrogate(codePoint));
      put(Character.lowSurrogate(codePoint));
      behindMark = combines ? length : -1;
      return;
    }
    char c = (char) codePoint;
    switch (table[c]) {
      case CharacterClasses.BLANK -> owed = Math.max(owed, BLANK);
      case CharacterClasses.LINE_END -> owed = owed < LINE ? LINE : EMPTY_LINE;
      case CharacterClasses.CONTROL -> controls++;
      case CharacterClasses.INVISIBLE -> invisible++;
      case CharacterClasses.TRADITIONAL -> {
        traditional++;
        put(simplified[c]);
      }
      case CharacterClasses.DOUBTFUL -> {
        doubtful = true;
        if (!isMarkTooMany(c)) {
          put(c);
          behindMark = length;
        }
      }
      default -> {
        ampersand |= c == '&';
        fullWidth += table[c] == CharacterClasses.FULL_WIDTH ? 1 : 0;
        put(c);
      }
    }
  }

  /** Counts marks in a row; whether this one is more than a character can carry. */
  private boolean isMarkTooMany(int codePoint) {
    int type = Character.getType(codePoint);
    if (type != Character.NON_SPACING_MARK && type != Character.COMBINING_SPACING_MARK) {
      marksInRow = 0;
      return false;
    }
    marksInRow = owed == NOTHING && behindMark == length ? marksInRow + 1 : 1;
    if (marksInRow <= MOST_MARKS) {
      return false;
    }
    marks++;
    return true;
  }

  private void put(char c) {
    length = settle(length);
    write(length++, c);
  }

  /** Writes what is owed, unless the text has not begun; the index behind it. */
  private int settle(int out) {
    int end = out;
    if (owed != NOTHING && out > 0) {
      write(end++, owed == BLANK ? ' ' : '\n');
      if (owed == EMPTY_LINE) {
        write(end++, '\n');
      }
    }
    owed = NOTHING;
    return end;
  }

  /** As long as nothing was left out, the place still holds the character that was read there. */
  private void write(int at, char c) {
    replaced |= text[at] != c;
    text[at] = c;
  }

  private boolean isChinese() {
    long letters = 0;
    long han = 0;
    long kana = 0;
    for (int i = 0; i < length; ) {
      int c = Character.codePointAt(text, i, length);
      i += Character.charCount(c);
      if (Character.isLetter(c)) {
        letters++;
        if (c > 0xff) {
          Character.UnicodeScript script = Character.UnicodeScript.of(c);
          han += script == Character.UnicodeScript.HAN ? 1 : 0;
          boolean isKana =
              script == Character.UnicodeScript.HIRAGANA
                  || script == Character.UnicodeScript.KATAKANA;
          kana += isKana ? 1 : 0;
        }
      }
    }
    return han > MIN_HAN * letters && kana < MAX_KANA * letters;
  }

  private void toHalfWidth() {
    for (int i = 0; i < length; i++) {
      if (table[text[i]] == CharacterClasses.FULL_WIDTH) {
        write(i, (char) (text[i] - FULL_WIDTH_OFFSET));
      }
    }
  }
}
