package io.retromae.etl.dedup;

import io.retromae.core.hash.SplitMix64;

/**
 * What exact duplicates share: a 128-bit hash of letters and digits, lower-cased. A text without
 * any is compared as it is.
 *
 * @param high upper 64 bits
 * @param low lower 64 bits
 */
public record Fingerprint(long high, long low) {
  private static final int CODE_POINT_BITS = 21;
  private static final int FULL = 3;

  /** Letters and digits below 128, lower-cased; 0 for all else. */
  private static final byte[] ASCII = ascii();

  /** The fingerprint of a text. */
  public static Fingerprint of(String text) {
    Hash kept = new Hash();
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int c = text.charAt(i);
      next = i + 1;
      if (c < ASCII.length) {
        if (ASCII[c] != 0) {
          kept.add(ASCII[c]);
        }
        continue;
      }
      c = text.codePointAt(i);
      next = i + Character.charCount(c);
      if (Character.isLetterOrDigit(c)) {
        kept.add(Character.toLowerCase(c));
      }
    }
    return kept.count > 0 ? kept.finish() : ofEveryCharacter(text);
  }

  private static Fingerprint ofEveryCharacter(String text) {
    Hash all = new Hash();
    for (int i = 0; i < text.length(); i++) {
      all.add(text.charAt(i));
    }
    return all.finish();
  }

  /** 32 hexadecimal digits. */
  public String hex() {
    return "%016x%016x".formatted(high, low);
  }

  private static byte[] ascii() {
    byte[] letters = new byte[128];
    for (int c = 0; c < letters.length; c++) {
      letters[c] = (byte) (Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : 0);
    }
    return letters;
  }

  /** Two independent 64-bit hashes of a row of code points, three of them at a time. */
  private static final class Hash {
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private long high = 1;
    private long low = 2;
    private long word;
    private int held;
    private long count;

    void add(int codePoint) {
      word = word << CODE_POINT_BITS | codePoint;
      count++;
      if (++held == FULL) {
        absorb();
      }
    }

    private void absorb() {
      high = SplitMix64.mix(high ^ word);
      low = SplitMix64.mix(Long.rotateLeft(low, 32) ^ word * FACTOR);
      word = 0;
      held = 0;
    }

    Fingerprint finish() {
      absorb();
      return new Fingerprint(SplitMix64.mix(high + count), SplitMix64.mix(low ^ count));
    }
  }
}
