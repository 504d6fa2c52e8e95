package io.retromae.embed.report;

import io.retromae.core.page.Html;

/** Passages made fit for the page. */
final class PageTexts {
  private static final int LONGEST = 1_000;

  private PageTexts() {}

  /** Lines stay lines; long texts are cut, and say so. Escaped. */
  static String passage(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      return Html.lines(text);
    }
    String start = text.substring(0, text.offsetByCodePoints(0, LONGEST));
    return Html.lines(start) + "\u2026";
  }
}
