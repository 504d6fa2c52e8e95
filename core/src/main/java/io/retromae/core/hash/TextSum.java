package io.retromae.core.hash;

import java.util.HexFormat;

/**
 * A hash of a collection of texts that does not depend on their order: the sum, modulo 2^64, of the
 * first eight bytes of their SHA-256. Any white space counts as one blank, and blank texts do not
 * count, so that a title and a text may be joined by whatever. Not for use against forgery.
 */
public final class TextSum {
  private static final int DIGITS = 16;

  private long sum;
  private long texts;

  /** Adds a text. */
  public void add(String text) {
    String plain = String.join(" ", text.strip().split("\\s+"));
    if (!plain.isEmpty()) {
      sum += HexFormat.fromHexDigitsToLong(Sha256.of(plain), 0, DIGITS);
      texts++;
    }
  }

  /** Texts added, blank ones not counted. */
  public long texts() {
    return texts;
  }

  /** The hash of them all, 16 hexadecimal digits. */
  public String hash() {
    return HexFormat.of().toHexDigits(sum);
  }
}
