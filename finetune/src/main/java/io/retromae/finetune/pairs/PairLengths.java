package io.retromae.finetune.pairs;

import io.retromae.core.config.Setting;
import io.retromae.finetune.pairs.make.Pair;
import java.io.Serializable;
import java.util.Optional;

/**
 * How long the two sides of a pair may be.
 *
 * @param minQuery characters
 * @param maxQuery characters
 * @param minPassage characters
 * @param maxPassage characters
 */
public record PairLengths(
    @Setting(doc = "Queries of fewer characters are dropped.", standard = "2", min = 1)
        int minQuery,
    @Setting(doc = "Queries of more characters are dropped.", standard = "400", min = 1)
        int maxQuery,
    @Setting(doc = "Passages of fewer characters are dropped.", standard = "20", min = 1)
        int minPassage,
    @Setting(
            doc =
                "Passages of more characters are cut behind a line or sentence: a Chinese character"
                    + " is about a token, four English ones are.",
            standard = "2000",
            min = 16)
        int maxPassage)
    implements Serializable {
  /** Reasons, as they are counted. */
  public static final String QUERY_SHORT = "query_short";

  /** A query is longer than the limit. */
  public static final String QUERY_LONG = "query_long";

  /** A passage is shorter than the limit. */
  public static final String PASSAGE_SHORT = "passage_short";

  /** A passage says no more than its query. */
  public static final String SAME_TEXT = "same_text";

  private static final String ENDS = "。！？";

  /** Checks that there is room between the limits. */
  public PairLengths {
    if (minQuery > maxQuery || minPassage > maxPassage) {
      throw new IllegalArgumentException(
          "min_query = %d, max_query = %d, min_passage = %d, max_passage = %d: the least must not be above the most"
              .formatted(minQuery, maxQuery, minPassage, maxPassage));
    }
  }

  /** Why a pair is dropped; empty if it is not. */
  public Optional<String> reason(Pair pair) {
    if (pair.query().length() < minQuery) {
      return Optional.of(QUERY_SHORT);
    }
    if (pair.query().length() > maxQuery) {
      return Optional.of(QUERY_LONG);
    }
    if (pair.positive().equals(pair.query())) {
      return Optional.of(SAME_TEXT);
    }
    return pair.positive().length() < minPassage ? Optional.of(PASSAGE_SHORT) : Optional.empty();
  }

  /** The beginning of a passage, up to the end of a line or sentence; all of a short one. */
  public String cut(String passage) {
    if (passage.length() <= maxPassage) {
      return passage;
    }
    int hard =
        Character.isHighSurrogate(passage.charAt(maxPassage - 1)) ? maxPassage - 1 : maxPassage;
    for (int end = hard; end > maxPassage / 2; end--) {
      if (isEnd(passage, end - 1)) {
        return passage.substring(0, end).stripTrailing();
      }
    }
    return passage.substring(0, hard).stripTrailing();
  }

  private static boolean isEnd(String text, int at) {
    char c = text.charAt(at);
    boolean before = at + 1 == text.length() || Character.isWhitespace(text.charAt(at + 1));
    return c == '\n' || ENDS.indexOf(c) >= 0 || before && (c == '.' || c == '!' || c == '?');
  }
}
