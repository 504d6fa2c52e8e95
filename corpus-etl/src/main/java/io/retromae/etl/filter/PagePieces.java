package io.retromae.etl.filter;

import io.retromae.etl.text.Phrases;
import io.retromae.etl.text.Words;

/**
 * Cuts a page into pieces, which end at the marks of sentences, at line feeds, at dividers of menus
 * and at blanks between Han characters, and tells which are frames and which are entries of menus.
 * Immutable.
 */
final class PagePieces {
  private static final String DIVIDERS = "|｜·•»›>→";
  private static final String ENDS = ".!?。！？；;…，,:：";
  private static final String SENTENCE_ENDS = ".!?。！？；;…";

  /** Signs that entries of menus have; others make a line one of code, say. */
  private static final String ENTRY_SIGNS = "&-–—'’+,/©®™*#";

  private final Phrases phrases;
  private final double minPhraseShare;
  private final int longestEntry;
  private final FunctionWords functionWords;

  /** Tells function words from others. */
  interface FunctionWords {
    /** Whether a word is one. */
    boolean contain(Words words, int word);
  }

  /**
   * Rules of a language.
   *
   * @param phrases of frames
   * @param minPhraseShare share of a frame's characters
   * @param longestEntry words of a menu's entry
   * @param functionWords which an entry of a menu has none of
   */
  PagePieces(
      Phrases phrases, double minPhraseShare, int longestEntry, FunctionWords functionWords) {
    this.phrases = phrases;
    this.minPhraseShare = minPhraseShare;
    this.longestEntry = longestEntry;
    this.functionWords = functionWords;
  }

  /**
   * What a page is made of.
   *
   * @param characters of all pieces
   * @param frames characters of frames
   * @param entries characters of entries of menus
   * @param words all but signs
   * @param functionWords of these
   */
  record Shares(long characters, long frames, long entries, long words, long functionWords) {}

  /** Measures a page. */
  Shares measure(Words words) {
    Measurement measurement = new Measurement(words);
    for (int i = 0; i < words.count(); i++) {
      measurement.add(i);
    }
    measurement.end(words.count(), false);
    return measurement.shares();
  }

  /** The page so far, and the piece that is being read. */
  private final class Measurement {
    private final Words words;
    private final String text;
    private long characters;
    private long frames;
    private long entries;
    private long allWords;
    private long allFunctionWords;
    private int first;
    private int pieceWords;
    private int pieceFunctionWords;
    private boolean other;

    Measurement(Words words) {
      this.words = words;
      text = words.text();
    }

    void add(int word) {
      if (word > first && isEdge(word)) {
        end(word, false);
      }
      if (!words.isSymbol(word)) {
        pieceWords++;
        pieceFunctionWords += functionWords.contain(words, word) ? 1 : 0;
        other |= !words.hasLetter(word);
      } else if (words.end(word) - words.start(word) == 1) {
        char sign = text.charAt(words.start(word));
        if (DIVIDERS.indexOf(sign) >= 0) {
          end(word, false);
          first = word + 1;
        } else if (SENTENCE_ENDS.indexOf(sign) >= 0) {
          end(word + 1, true);
        } else {
          other |= ENTRY_SIGNS.indexOf(sign) < 0;
        }
      }
    }

    /**
     * Whether a line end, or a blank between Han characters, stands before the word. Where blanks
     * follow each character, as some scans have it, they divide nothing.
     */
    private boolean isEdge(int word) {
      return words.isFirstOfLine(word)
          || pieceWords > 1
              && words.isHan(word)
              && words.isHan(word - 1)
              && words.start(word) > words.end(word - 1)
              && words.start(word - 1) == words.end(word - 2);
    }

    /** Ends the piece before a word. */
    void end(int next, boolean sentence) {
      if (next > first) {
        int from = words.start(first);
        int to = words.end(next - 1);
        characters += to - from;
        if (phrases.characters(text, from, to) >= minPhraseShare * (to - from)) {
          frames += to - from;
        } else if (!sentence && isEntry(from, to)) {
          entries += to - from;
        }
      }
      allWords += pieceWords;
      allFunctionWords += pieceFunctionWords;
      pieceWords = 0;
      pieceFunctionWords = 0;
      other = false;
      first = next;
    }

    private boolean isEntry(int from, int to) {
      return pieceWords <= longestEntry
          && pieceFunctionWords == 0
          && !other
          && ENDS.indexOf(text.charAt(to - 1)) < 0
          && !Character.isLowerCase(text.charAt(from));
    }

    Shares shares() {
      return new Shares(characters, frames, entries, allWords, allFunctionWords);
    }
  }
}
