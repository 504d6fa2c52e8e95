package io.retromae.etl.dedup;

import io.retromae.core.hash.SplitMix64;
import java.util.Arrays;

/**
 * 64-bit hashes of lines as {@link FrequentLines} compares them: letters lower-cased, digits as 0,
 * all else left out (as cc_net does; Wenzek et al. 2019, arXiv:1911.00359).
 */
public final class LineHashes {
  private LineHashes() {}

  /**
   * The hashes of a text's lines, each once, ascending.
   *
   * @param minUnits lines of fewer letters and digits have none
   */
  public static long[] of(String text, int minUnits) {
    long[] hashes = new long[16];
    int count = 0;
    for (int start = 0; start < text.length(); ) {
      int end = lineEnd(text, start);
      long hash = hash(text, start, end, minUnits);
      if (hash != 0) {
        if (count == hashes.length) {
          hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count++] = hash;
      }
      start = end + 1;
    }
    return Arrays.stream(hashes, 0, count).sorted().distinct().toArray();
  }

  static int lineEnd(String text, int start) {
    int end = text.indexOf('\n', start);
    return end < 0 ? text.length() : end;
  }

  /** 0 for a line that is too short. */
  static long hash(String text, int start, int end, int minUnits) {
    long hash = 1;
    int units = 0;
    for (int i = start; i < end; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isLetter(c)) {
        hash = SplitMix64.mix(hash ^ Character.toLowerCase(c));
        units++;
      } else if (Character.isDigit(c)) {
        hash = SplitMix64.mix(hash ^ '0');
        units++;
      }
    }
    return units < minUnits ? 0 : hash;
  }
}
