package io.retromae.embed.report;

import io.retromae.core.display.Displayed;
import io.retromae.core.display.Html;

/** Texts from outside made fit for the page: no tag, no control character, no turned direction. */
final class PageTexts {
  private static final int LONGEST = 1_000;

  private PageTexts() {}

  /** One line, to be escaped by {@link Html}. */
  static String line(String text) {
    return Displayed.line(text);
  }

  /** One line, escaped. */
  static String html(String text) {
    return Html.escape(line(text));
  }

  /** Lines stay lines; long texts are cut, and say so. Escaped. */
  static String passage(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      return Html.escape(Displayed.lines(text));
    }
    String start = text.substring(0, text.offsetByCodePoints(0, LONGEST));
    return Html.escape(Displayed.lines(start)) + "\u2026";
  }
}
