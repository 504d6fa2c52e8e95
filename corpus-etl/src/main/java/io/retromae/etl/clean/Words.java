package io.retromae.etl.clean;

import io.retromae.core.hash.SplitMix64;
import java.util.Arrays;

/**
 * The words of a text as spans with hashes, found in one scan and shared by all stages. English:
 * runs of letters and digits, numbers with their points and commas, contractions split ({@code do}
 * + {@code n't}); every punctuation mark is a word. Chinese: Han characters one by one, runs of
 * Latin letters and digits whole. Immutable; blanks belong to no word.
 */
public final class Words {
  private static final byte LETTER = 1;
  private static final byte DIGIT = 2;
  private static final byte HAN = 4;

  private final String text;
  private final int codePoints;
  private int count;
  private int[] starts;
  private int[] ends;
  private long[] hashes;
  private long[] keys;
  private byte[] kinds;

  private Words(String text) {
    this.text = text;
    codePoints = text.codePointCount(0, text.length());
    int expected = text.length() / 4 + 8;
    starts = new int[expected];
    ends = new int[expected];
    hashes = new long[expected];
    keys = new long[expected];
    kinds = new byte[expected];
  }

  /** Finds the words of a normalised text. */
  public static Words of(String text) {
    Words words = new Words(text);
    words.scan();
    return words;
  }

  /** The text they were found in. */
  public String text() {
    return text;
  }

  /** Characters (code points) of the text. */
  public int codePoints() {
    return codePoints;
  }

  /** Characters (code points) of a word. */
  public int codePoints(int word) {
    return codePoints == text.length()
        ? ends[word] - starts[word]
        : text.codePointCount(starts[word], ends[word]);
  }

  /** How many words, signs included. */
  public int count() {
    return count;
  }

  /** Index of a word's first char in the text. */
  public int start(int word) {
    return starts[word];
  }

  /** Index behind a word's last char. */
  public int end(int word) {
    return ends[word];
  }

  /** 64-bit hash of the word as it stands; equal words have equal hashes. */
  public long hash(int word) {
    return hashes[word];
  }

  /**
   * 64-bit hash of the word as duplicates compare it: lower case, digits as 0, signs inside left
   * out. 0 for a word made of signs only, which duplicates ignore.
   */
  public long key(int word) {
    return keys[word];
  }

  /** Whether the word is made of signs only: neither letter nor digit. */
  public boolean isSymbol(int word) {
    return (kinds[word] & (LETTER | DIGIT)) == 0;
  }

  /** Whether the word has a letter. */
  public boolean hasLetter(int word) {
    return (kinds[word] & LETTER) != 0;
  }

  /** Whether the word is a single Han character. */
  public boolean isHan(int word) {
    return (kinds[word] & HAN) != 0;
  }

  /** The word itself. */
  public String token(int word) {
    return text.substring(starts[word], ends[word]);
  }

  /** Whether the character is Chinese script. */
  public static boolean isHanCharacter(int c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }

  private void scan() {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (Character.isWhitespace(c)) {
        i = next;
      } else if (Character.isLetterOrDigit(c) && !isHanCharacter(c)) {
        i = word(i);
      } else {
        i = sameSigns(i, c);
      }
    }
  }

  /** Three dots are one word, as are runs of dashes; other signs stand alone. */
  private int sameSigns(int start, int c) {
    int end = start + Character.charCount(c);
    if (c == '.' || c == '-') {
      while (end < text.length() && text.charAt(end) == c) {
        end++;
      }
    }
    add(start, end);
    return end;
  }

  private int word(int start) {
    int end = start;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (Character.isLetterOrDigit(c) && !isHanCharacter(c) || isMark(c)) {
        end += Character.charCount(c);
      } else if (joinsNumber(end) || joinsWord(end)) {
        end++;
      } else {
        break;
      }
    }
    int cut = contraction(start, end);
    add(start, cut);
    if (cut < end) {
      add(cut, end);
    }
    return end;
  }

  private static boolean isMark(int c) {
    return Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /** A point or comma between digits. */
  private boolean joinsNumber(int i) {
    char c = text.charAt(i);
    return (c == '.' || c == ',')
        && i > 0
        && i + 1 < text.length()
        && Character.isDigit(text.charAt(i - 1))
        && Character.isDigit(text.charAt(i + 1));
  }

  /** An apostrophe between letters. */
  private boolean joinsWord(int i) {
    return isApostrophe(text.charAt(i))
        && i > 0
        && i + 1 < text.length()
        && Character.isLetter(text.charAt(i - 1))
        && Character.isLetter(text.charAt(i + 1));
  }

  private static boolean isApostrophe(char c) {
    return c == '\'' || c == '’';
  }

  /** Where {@code n't, 's, 're, 've, 'll, 'd, 'm} begins; the end if the word has none. */
  private int contraction(int start, int end) {
    int length = end - start;
    if (length > 3
        && isApostrophe(text.charAt(end - 2))
        && (text.charAt(end - 3) | 32) == 'n'
        && (text.charAt(end - 1) | 32) == 't') {
      return end - 3;
    }
    if (length > 2 && isApostrophe(text.charAt(end - 2))) {
      return "sdmSDM".indexOf(text.charAt(end - 1)) >= 0 ? end - 2 : end;
    }
    if (length > 3 && isApostrophe(text.charAt(end - 3))) {
      String suffix = text.substring(end - 2, end);
      boolean known =
          suffix.equalsIgnoreCase("re")
              || suffix.equalsIgnoreCase("ve")
              || suffix.equalsIgnoreCase("ll");
      return known ? end - 3 : end;
    }
    return end;
  }

  private void add(int start, int end) {
    if (count == starts.length) {
      int larger = 2 * count;
      starts = Arrays.copyOf(starts, larger);
      ends = Arrays.copyOf(ends, larger);
      hashes = Arrays.copyOf(hashes, larger);
      keys = Arrays.copyOf(keys, larger);
      kinds = Arrays.copyOf(kinds, larger);
    }
    long hash = 1;
    long key = 0;
    byte kind = 0;
    for (int i = start; i < end; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      hash = SplitMix64.mix(hash ^ c);
      if (Character.isLetter(c)) {
        kind |= LETTER;
        key = SplitMix64.mix(key ^ Character.toLowerCase(c));
      } else if (Character.isDigit(c)) {
        kind |= DIGIT;
        key = SplitMix64.mix(key ^ '0');
      }
    }
    if ((kind & LETTER) != 0 && isHanCharacter(text.codePointAt(start))) {
      kind |= HAN;
    }
    starts[count] = start;
    ends[count] = end;
    hashes[count] = hash;
    keys[count] = key;
    kinds[count] = kind;
    count++;
  }
}
