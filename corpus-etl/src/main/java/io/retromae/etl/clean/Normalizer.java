package io.retromae.etl.clean;

import java.text.Normalizer.Form;

/**
 * Text clean-up before anything is measured: NFC, one kind of line end, controls and zero-width
 * marks removed, runs of blanks joined, at most one empty line. Full-width ASCII letters and digits
 * become half-width in Chinese text; its punctuation stays.
 */
public final class Normalizer {
  private Normalizer() {}

  /** The normalised text. */
  public static String normalize(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean blank = false;
    int lineFeeds = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isLineEnd(c)) {
        boolean second = c == '\n' && i > 0 && text.charAt(i - 1) == '\r';
        lineFeeds += second ? 0 : 1;
        blank = false;
      } else if (c == ' ' || c == '\t' || c == '\u00a0') {
        blank = true;
      } else if (!isRemoved(c)) {
        breakBefore(out, lineFeeds, blank);
        lineFeeds = 0;
        blank = false;
        out.append(halfWidth(c));
      }
    }
    return java.text.Normalizer.normalize(out, Form.NFC);
  }

  private static void breakBefore(StringBuilder out, int lineFeeds, boolean blank) {
    if (out.isEmpty()) {
      return;
    }
    if (lineFeeds > 0) {
      out.append(lineFeeds > 1 ? "\n\n" : "\n");
    } else if (blank) {
      out.append(' ');
    }
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029' || c == '\u0085';
  }

  private static boolean isRemoved(char c) {
    return c < ' '
        || c >= 0x7f && c < 0xa0
        || c >= 0x200b && c <= 0x200f
        || c == 0x2060
        || c == 0xfeff;
  }

  private static char halfWidth(char c) {
    boolean letterOrDigit = c >= '０' && c <= '９' || c >= 'Ａ' && c <= 'Ｚ' || c >= 'ａ' && c <= 'ｚ';
    return letterOrDigit ? (char) (c - 0xFEE0) : c;
  }
}
