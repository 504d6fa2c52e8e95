package io.retromae.core.config;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Spelling of settings: snake case in YAML, camel case in Java, and guesses for typing errors. */
public final class SettingNames {
  private SettingNames() {}

  static String toSnakeCase(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The settings and sections of a record, in declaration order. */
  static List<String> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> toSnakeCase(component.getName()))
        .toList();
  }

  /** Dotted paths of all settings below a record; what lists and mappings hold is left out. */
  static List<String> paths(Class<?> type) {
    List<String> paths = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = toSnakeCase(component.getName());
      if (component.getType().isRecord()) {
        paths(component.getType()).forEach(path -> paths.add(name + "." + path));
      } else {
        paths.add(name);
      }
    }
    return paths;
  }

  /**
   * What an unknown setting may have been meant for: a typing error of a name beside it, a setting
   * of this name elsewhere, or a shorter word for one, as other libraries have it ({@code lr},
   * {@code batch_size}, {@code epochs}).
   *
   * @param typed without its section
   * @param section dotted, with a dot at its end; empty at the top
   * @param here names in that section
   * @param everywhere paths of all settings
   * @return a name of that section, or the whole path of one elsewhere
   */
  static Optional<String> meant(
      String typed, String section, List<String> here, List<String> everywhere) {
    Optional<String> typingError =
        nearest(typed, here, name -> Math.max(typed.length() < 4 ? 1 : 2, name.length() / 4));
    return typingError
        .or(() -> unique(everywhere, path -> lastName(path).equals(typed)))
        .or(() -> first(here, name -> areInitials(typed, name)))
        .or(() -> first(here, name -> areSomeWords(typed, name)))
        .or(() -> first(everywhere, path -> areInitials(typed, lastName(path))))
        .or(() -> first(everywhere, path -> areSomeWords(typed, lastName(path))));
  }

  /** The one that fits; empty if none or several do. */
  private static Optional<String> unique(List<String> names, Predicate<String> fits) {
    List<String> fitting = names.stream().filter(fits).toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }

  private static Optional<String> first(List<String> names, Predicate<String> fits) {
    return names.stream().filter(fits).findFirst();
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Whether it is made of the first letters of a name's words. */
  private static boolean areInitials(String typed, String name) {
    String[] words = name.split("_");
    String initials = Arrays.stream(words).map(word -> word.substring(0, 1)).collect(joining());
    return words.length > 1 && initials.equals(typed);
  }

  /** Whether it is made of some of a name's words, in their order. */
  private static boolean areSomeWords(String typed, String name) {
    Iterator<String> left = List.of(name.split("_")).iterator();
    for (String word : typed.split("_")) {
      boolean found = false;
      while (!found && left.hasNext()) {
        found = left.next().equals(word);
      }
      if (!found) {
        return false;
      }
    }
    return true;
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
