package io.retromae.core.hash;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A hash of a collection of texts that does not depend on their order: the sum, modulo 2^64, of the
 * first eight bytes of their SHA-256. Any white space counts as one blank, and blank texts do not
 * count, so that a title and a text may be joined by whatever. Not for use against forgery.
 */
public final class TextSum {
  private static final int DIGITS = 16;

  /** Java's blanks and Unicode's: some readers strip U+00A0, others do not. */
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\x1c-\\x1f\\x85]+");

  private long sum;
  private long texts;

  /** Adds a text. */
  public void add(String text) {
    String plain = BLANKS.matcher(text).replaceAll(" ").strip();
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
