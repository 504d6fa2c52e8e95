package io.retromae.etl.decontaminate;

import java.util.BitSet;

/** A text without some of its sentences. */
final class SentenceRemoval {
  private SentenceRemoval() {}

  /**
   * The text without the sentences in {@code removed}. Of the gaps around what was taken out, the
   * one with the most line feeds stays, the longest of these, so that lines and paragraphs do not
   * run together. Nothing stays before the first sentence and behind the last.
   *
   * @param spans start and end of each sentence in turn
   */
  static String remove(String text, int[] spans, BitSet removed) {
    StringBuilder out = new StringBuilder(text.length());
    String gap = "";
    int behind = 0;
    for (int i = 0; i < spans.length / 2; i++) {
      gap = wider(gap, text.substring(behind, spans[2 * i]));
      behind = spans[2 * i + 1];
      if (!removed.get(i)) {
        out.append(out.length() == 0 ? "" : gap).append(text, spans[2 * i], behind);
        gap = "";
      }
    }
    return out.toString();
  }

  private static String wider(String one, String other) {
    int more = Long.compare(lineFeeds(other), lineFeeds(one));
    return more > 0 || more == 0 && other.length() > one.length() ? other : one;
  }

  private static long lineFeeds(String gap) {
    return gap.chars().filter(c -> c == '\n').count();
  }
}
