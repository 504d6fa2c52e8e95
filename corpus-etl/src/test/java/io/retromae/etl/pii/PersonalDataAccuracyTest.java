package io.retromae.etl.pii;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Precision and recall on labelled lines in Chinese and English; prints both by kind. */
class PersonalDataAccuracyTest {
  private static final Pattern LABEL = Pattern.compile("⟦(\\w+)\\|([^⟧]*)⟧");

  /** Replacements that say their kind, as labels do. */
  private static final PersonalData STAGE = new PersonalData(marking());

  private static PersonalData.Settings marking() {
    List<String> settings = new ArrayList<>();
    for (PersonalData.Kind kind : PersonalData.Kind.values()) {
      String name = kind.toString().toLowerCase(Locale.ROOT);
      settings.add("replacements.%s='⟦%s⟧'".formatted(name, name));
    }
    return ConfigLoader.load(PersonalData.Settings.class, List.of(), settings).value();
  }

  /** Right, wrong and missed ones of a kind. */
  private static final class Counts {
    private int right;
    private int wrong;
    private int missed;

    double precision() {
      return (double) right / Math.max(1, right + wrong);
    }

    double recall() {
      return (double) right / Math.max(1, right + missed);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "personal-data-labelled.txt, 200, 0.99, 0.99",
    "personal-data-held-out.txt, 100, 0.9, 0.9"
  })
  void mostIsFoundAndLittleElse(String resource, int lines, double precision, double recall)
      throws IOException {
    Map<String, Counts> byKind = new TreeMap<>();
    Counts all = byKind.computeIfAbsent("all", k -> new Counts());
    List<String> labelled = lines(resource);
    for (String line : labelled) {
      String text = LABEL.matcher(line).replaceAll(m -> Matcher.quoteReplacement(m.group(2)));
      String expected = LABEL.matcher(line).replaceAll("⟦$1⟧");
      String actual = replaced(text);
      if (!actual.equals(expected)) {
        System.out.printf("  expected %s%n    actual %s%n", expected, actual);
      }
      count(expected, actual, byKind);
    }
    byKind.forEach(
        (kind, counts) ->
            System.out.printf(
                "%s %s: %d right, %d wrong, %d missed: precision %.3f, recall %.3f%n",
                resource,
                kind,
                counts.right,
                counts.wrong,
                counts.missed,
                counts.precision(),
                counts.recall()));
    assertTrue(labelled.size() >= lines, labelled.size() + " lines");
    assertTrue(all.precision() >= precision, "precision " + all.precision());
    assertTrue(all.recall() >= recall, "recall " + all.recall());
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in = PersonalDataAccuracyTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private static String replaced(String text) {
    CleanDocument document = new CleanDocument("test", Language.UND, Words.of(text));
    return STAGE.apply(document) instanceof DocumentStage.Result.Changed changed
        ? changed.document().text()
        : text;
  }

  /**
   * In a line that is not right as a whole, a replacement is right if the same text is beside it.
   */
  private static void count(String expected, String actual, Map<String, Counts> byKind) {
    List<String> want = kinds(expected);
    List<String> got = kinds(actual);
    boolean same = expected.equals(actual);
    for (String kind : want) {
      boolean found = same || got.remove(kind);
      add(byKind, kind, found ? 1 : 0, 0, found ? 0 : 1);
    }
    if (!same) {
      got.forEach(kind -> add(byKind, kind, 0, 1, 0));
    }
  }

  private static void add(
      Map<String, Counts> byKind, String kind, int right, int wrong, int missed) {
    for (String key : List.of("all", kind.substring(0, kind.indexOf(' ')))) {
      Counts counts = byKind.computeIfAbsent(key, k -> new Counts());
      counts.right += right;
      counts.wrong += wrong;
      counts.missed += missed;
    }
  }

  /** Kinds of the replacements of a text, with a few chars at both sides. */
  private static List<String> kinds(String text) {
    List<String> kinds = new ArrayList<>();
    Matcher matcher = Pattern.compile("(?<=(.{0,2}))⟦(\\w+)⟧(?=(.{0,2}))").matcher(text);
    while (matcher.find()) {
      kinds.add("%s %s %s".formatted(matcher.group(2), matcher.group(1), matcher.group(3)));
    }
    return kinds;
  }
}
