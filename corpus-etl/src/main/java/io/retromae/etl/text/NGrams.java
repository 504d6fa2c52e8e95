package io.retromae.etl.text;

import io.retromae.core.hash.SplitMix64;
import java.util.BitSet;

/**
 * How much of a text is made of repeated word n-grams (Rae et al. 2021, arXiv:2112.11446, table
 * A1), counted in characters (code points) of the words. Works on hashes of n-grams; n-grams are
 * equal if their words are. A document of more than {@value #WINDOW} words is measured in windows
 * of so many and the characters are added up, so memory stays below 10 MB: repetitions between
 * windows are not seen. Not thread-safe.
 */
public final class NGrams {
  /** Words measured together. */
  static final int WINDOW = 100_000;

  /** Base of the polynomial over the words' hashes; odd. */
  private static final long BASE = 0x5851F42D4C957F2DL;

  private final Words words;
  private final int window;
  private final HashCounts seen;

  /** Of the current window: polynomial hash, and characters, of its first i words. */
  private final long[] hashes;

  private final int[] characters;
  private int loaded = -1;

  /** Where n-grams of {@link #markedN} words begin that occur more than once; valid unless 0. */
  private BitSet marked = new BitSet();

  private int markedN;

  /** Measures the words. */
  public NGrams(Words words) {
    this(words, WINDOW);
  }

  /** Measures the words in windows of another size, for tests. */
  NGrams(Words words, int window) {
    this.words = words;
    this.window = window;
    int largest = Math.min(words.count(), window);
    seen = new HashCounts(largest);
    hashes = new long[largest + 1];
    characters = new int[largest + 1];
  }

  /**
   * Characters in the most frequent n-gram: its count times its length, also if the count is 1; of
   * equally frequent n-grams the one seen first. 0 if there are fewer than n words.
   *
   * @param n words in an n-gram, at least 1
   * @param blanks added to the length of an n-gram's words: n - 1 if they are joined by blanks
   */
  public long topCharacters(int n, int blanks) {
    long total = 0;
    for (int start = 0; start < words.count(); start += window) {
      total += topInWindow(load(start), n, blanks);
    }
    return total;
  }

  /**
   * Characters in n-grams that occurred before, without blanks. Such an n-gram is skipped over
   * whole, so no character counts twice.
   *
   * @param n words in an n-gram, at least 1
   */
  public long repeatedCharacters(int n) {
    long total = 0;
    for (int start = 0; start < words.count(); start += window) {
      total += repeatedInWindow(load(start), n);
    }
    return total;
  }

  private long topInWindow(int count, int n, int blanks) {
    if (n > count) {
      return 0;
    }
    long power = power(n);
    BitSet repeats = new BitSet();
    int most = 1;
    int first = 0;
    for (int i = next(0, n); i + n <= count; i = next(i + 1, n)) {
      int slot = seen.add(hash(i, n, power), i);
      int times = seen.count(slot);
      if (times > 1) {
        repeats.set(seen.first(slot));
        repeats.set(i);
        if (times > most || times == most && seen.first(slot) < first) {
          most = times;
          first = seen.first(slot);
        }
      }
    }
    mark(repeats, n);
    return (long) most * (characters[first + n] - characters[first] + blanks);
  }

  private void mark(BitSet repeats, int n) {
    if (words.count() <= window) {
      marked = repeats;
      markedN = n;
    }
  }

  /** The first place from i on where an n-gram may repeat; behind all words if there is none. */
  private int next(int i, int n) {
    if (markedN == 0 || markedN > n) {
      return i;
    }
    int place = marked.nextSetBit(i);
    return place < 0 ? hashes.length : place;
  }

  private long repeatedInWindow(int count, int n) {
    long power = power(n);
    long repeated = 0;
    int i = next(0, n);
    while (i + n <= count) {
      int slot = seen.add(hash(i, n, power), i);
      boolean before = seen.count(slot) > 1;
      repeated += before ? characters[i + n] - characters[i] : 0;
      i = next(i + (before ? n : 1), n);
    }
    return repeated;
  }

  /** Hash of n words of the window; its high bits are mixed. */
  private long hash(int i, int n, long power) {
    return SplitMix64.mix(hashes[i + n] - hashes[i] * power);
  }

  private static long power(int n) {
    long power = 1;
    for (int i = 0; i < n; i++) {
      power *= BASE;
    }
    return power;
  }

  /** Prepares the window that begins at a word; returns how many words it has. */
  private int load(int start) {
    seen.clear();
    int count = Math.min(window, words.count() - start);
    if (loaded != start) {
      for (int i = 0; i < count; i++) {
        hashes[i + 1] = hashes[i] * BASE + words.hash(start + i);
        characters[i + 1] = characters[i] + words.codePoints(start + i);
      }
      loaded = start;
    }
    return count;
  }
}
