package io.retromae.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Spelling of settings: snake case in YAML, camel case in Java, and guesses for typing errors. */
public final class SettingNames {
  private SettingNames() {}

  static String toSnakeCase(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The known name nearest to {@code typed}, if it is near enough to be meant. */
  static Optional<String> nearest(String typed, Collection<String> known) {
    return nearest(typed, known, name -> Math.max(2, name.length() / 4));
  }

  /**
   * The known name nearest to {@code typed}; of equally near ones the first.
   *
   * @param most letters that may be missing, too many or others
   */
  public static Optional<String> nearest(String typed, Collection<String> known, int most) {
    return nearest(typed, known, name -> most);
  }

  private static Optional<String> nearest(
      String typed, Collection<String> known, ToIntFunction<String> most) {
    return known.stream()
        .filter(name -> distance(typed, name) <= most.applyAsInt(name))
        .min(Comparator.comparingInt(name -> distance(typed, name)));
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitution, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
