package io.retromae.etl.text;

import io.retromae.core.hash.SplitMix64;

/**
 * 64-bit hash of a stretch of text: FNV-1a (Fowler, Noll, Vo) over UTF-16 units, begun with the
 * length in place of the offset basis, then mixed.
 */
public final class TextHash {
  private static final long PRIME = 0x100000001B3L;

  private TextHash() {}

  /** Hash of {@code text[start, end)}. */
  public static long of(String text, int start, int end) {
    long hash = end - start;
    for (int i = start; i < end; i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return SplitMix64.mix(hash);
  }

  /** Hash of a whole text. */
  static long of(String text) {
    return of(text, 0, text.length());
  }
}
