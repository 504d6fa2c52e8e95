package io.retromae.etl.text;

import io.retromae.core.hash.SplitMix64;

/**
 * The words of a text as spans with hashes, found in one scan and shared by all stages. English:
 * those of spaCy's blank English pipeline, see {@link WordScanner}; contractions are split ({@code
 * do} + {@code n't}), punctuation marks are words, abbreviations, numbers, addresses and emoticons
 * stay whole. Chinese: Han characters, kana and punctuation marks one by one, runs of Latin letters
 * and digits whole. Immutable; blanks belong to no word.
 */
public final class Words {
  private static final int LETTER = CharKinds.LETTER;
  private static final int DIGIT = CharKinds.DIGIT;
  private static final int HAN = CharKinds.HAN;
  private static final int PUNCTUATION = 1;
  private static final long PRIME = 0x100000001B3L;

  private final String text;
  private final int codePoints;
  private final int[] starts;
  private final int[] ends;
  private final long[] hashes;
  private final long[] keys;
  private final byte[] kinds;

  /** What {@link #betweenBlanks} found; a second thread would find the same. */
  private Words chunks;

  private Words(String text) {
    this.text = text;
    codePoints = text.codePointCount(0, text.length());
    WordScanner scanner = new WordScanner(text);
    starts = scanner.starts();
    ends = scanner.ends();
    hashes = new long[starts.length];
    keys = new long[starts.length];
    kinds = new byte[starts.length];
    for (int i = 0; i < starts.length; i++) {
      measure(i);
    }
  }

  /**
   * Joins neighbours without a blank between them.
   *
   * @param parts the words
   * @param count how many there are when joined
   */
  private Words(Words parts, int count) {
    text = parts.text;
    codePoints = parts.codePoints;
    starts = new int[count];
    ends = new int[count];
    hashes = new long[count];
    keys = new long[count];
    kinds = new byte[count];
    int word = -1;
    for (int i = 0; i < parts.count(); i++) {
      if (parts.isGlued(i)) {
        int any = (kinds[word] | parts.kinds[i]) & (LETTER | DIGIT | HAN);
        kinds[word] = (byte) (any | kinds[word] & parts.kinds[i] & PUNCTUATION);
        hashes[word] = SplitMix64.mix(hashes[word] * PRIME + parts.hashes[i]);
        keys[word] = parts.keys[i] == 0 ? keys[word] : keys[word] * PRIME + parts.keys[i];
      } else {
        word++;
        starts[word] = parts.starts[i];
        hashes[word] = parts.hashes[i];
        keys[word] = parts.keys[i];
        kinds[word] = parts.kinds[i];
      }
      ends[word] = parts.ends[i];
    }
  }

  /** Finds the words of a normalised text. */
  public static Words of(String text) {
    return new Words(text);
  }

  /**
   * The words as Rae et al. 2021 count them: all that stands between blanks is one. Marks belong to
   * the word they stand at, contractions and numbers stay whole.
   */
  public Words betweenBlanks() {
    if (chunks == null) {
      int joined = 0;
      for (int i = 0; i < count(); i++) {
        joined += isGlued(i) ? 0 : 1;
      }
      chunks = joined == count() ? this : new Words(this, joined);
    }
    return chunks;
  }

  /** Whether no blank stands before the word. */
  private boolean isGlued(int word) {
    return word > 0 && starts[word] == ends[word - 1];
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
    return starts.length;
  }

  /** Index of a word's first char in the text. */
  public int start(int word) {
    return starts[word];
  }

  /** Index behind a word's last char. */
  public int end(int word) {
    return ends[word];
  }

  /** Whether a line end stands before the word. */
  public boolean isFirstOfLine(int word) {
    return word == 0 || TextLines.indexOf(text, '\n', ends[word - 1], starts[word]) < starts[word];
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

  /**
   * Whether the word is made of punctuation marks only, as the Gopher rules count them: of ASCII
   * signs, common marks of other scripts and control characters; currencies other than the dollar,
   * bullets and pictographs are none.
   */
  public boolean isPunctuation(int word) {
    return (kinds[word] & PUNCTUATION) != 0;
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

  private static int lowerCase(char letter) {
    return letter < 0x80 ? letter | 0x20 : Character.toLowerCase(letter);
  }

  private void measure(int word) {
    int end = ends[word];
    long hash = end - starts[word];
    long key = 0;
    int any = 0;
    int all = CharKinds.PUNCTUATION;
    for (int i = starts[word]; i < end; i++) {
      char c = text.charAt(i);
      hash = (hash ^ c) * PRIME;
      int kind = CharKinds.of(c);
      if (kind == 0 && Character.isHighSurrogate(c) && i + 1 < end) {
        kind = CharKinds.of(text.codePointAt(i++));
        hash = (hash ^ text.charAt(i)) * PRIME;
      }
      any |= kind;
      all &= kind;
      if ((kind & CharKinds.LETTER) != 0) {
        key = (key ^ lowerCase(c)) * PRIME + 1;
      } else if ((kind & CharKinds.DIGIT) != 0) {
        key = (key ^ '0') * PRIME + 1;
      }
    }
    hashes[word] = SplitMix64.mix(hash);
    keys[word] = key == 0 ? 0 : SplitMix64.mix(key);
    kinds[word] = (byte) (any & (LETTER | DIGIT | HAN) | (all != 0 ? PUNCTUATION : 0));
  }
}
