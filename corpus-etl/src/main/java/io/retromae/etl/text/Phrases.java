package io.retromae.etl.text;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds phrases of a list in a text. At nearly every place one bit, chosen by two characters, says
 * that no phrase begins there. Upper and lower case of Latin letters are the same. Immutable.
 */
public final class Phrases {
  /** Fewest characters of a phrase. */
  static final int SHORTEST = 2;

  /** One bit for each value of {@link #pair}: whether a phrase begins so. */
  private final long[] begins = new long[1 << 10];

  /** By {@link #pair}, the longest phrase first; only where a bit is set. */
  private final String[][] byPair = new String[1 << 16][];

  /** Finds these phrases, each of at least {@value #SHORTEST} characters. */
  public Phrases(List<String> phrases) {
    Map<Integer, List<String>> groups =
        phrases.stream()
            .map(phrase -> phrase.toLowerCase(Locale.ROOT))
            .sorted(Comparator.comparingInt(String::length).reversed())
            .collect(Collectors.groupingBy(p -> pair(p.charAt(0), p.charAt(1))));
    groups.forEach(
        (pair, group) -> {
          begins[pair >> 6] |= 1L << pair;
          byPair[pair] = group.toArray(String[]::new);
        });
  }

  /**
   * Checks the phrases of a setting.
   *
   * @throws IllegalArgumentException if one is too short
   */
  public static void check(String setting, List<String> phrases) {
    for (String phrase : phrases) {
      if (phrase.length() < SHORTEST) {
        String rule = ": a phrase has at least " + SHORTEST + " characters; lengthen it";
        throw new IllegalArgumentException(setting + ": '" + phrase + "'" + rule);
      }
    }
  }

  /**
   * How many chars of a part of the text belong to phrases: from left to right, at each place the
   * longest. A phrase that begins with a letter of ASCII begins where no such letter stands before.
   */
  public int characters(String text, int from, int to) {
    int found = 0;
    int i = from;
    while (i + 1 < to) {
      int pair = pair(fold(text.charAt(i)), fold(text.charAt(i + 1)));
      boolean begun = (begins[pair >> 6] >>> pair & 1) != 0 && !isInsideWord(text, i, from);
      int length = begun ? longest(pair, text, i, to) : 0;
      found += length;
      i += Math.max(1, length);
    }
    return found;
  }

  private static boolean isInsideWord(String text, int i, int from) {
    return i > from && isLetter(text.charAt(i)) && isLetter(text.charAt(i - 1));
  }

  private static boolean isLetter(char c) {
    return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  private int longest(int pair, String text, int i, int to) {
    for (String phrase : byPair[pair]) {
      if (i + phrase.length() <= to
          && fold(text.charAt(i + phrase.length() - 1)) == phrase.charAt(phrase.length() - 1)
          && text.regionMatches(true, i, phrase, 0, phrase.length())) {
        return phrase.length();
      }
    }
    return 0;
  }

  private static int pair(char first, char second) {
    return (first * 0x9E37 ^ second) & 0xFFFF;
  }

  private static char fold(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c | 32) : c;
  }
}
