package io.retromae.finetune.mine.selection;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ranks that negatives are taken from, counted from 0, best first; positives count as ranks.
 *
 * @param from the first
 * @param to the one behind the last
 */
public record RankWindow(int from, int to) {
  /** Most ranks that are looked at. */
  private static final int MOST_RANKS = 100_000;

  private static final Pattern FORM = Pattern.compile("(\\d{1,7})-(\\d{1,7})");

  /**
   * Reads {@code LO-HI}, as FlagEmbedding's hn_mine writes it.
   *
   * @throws IllegalArgumentException if it is not of that form, or holds no rank
   */
  public static RankWindow of(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      RankWindow window =
          new RankWindow(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
      if (window.from < window.to && window.to <= MOST_RANKS) {
        return window;
      }
    }
    throw new IllegalArgumentException(
        "range_for_sampling = %s: must be LO-HI, ranks from LO, counted from 0, to HI - 1, such as 10-210; HI at most %,d"
            .formatted(text, MOST_RANKS));
  }
}
