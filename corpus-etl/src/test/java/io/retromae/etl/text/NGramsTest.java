package io.retromae.etl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NGramsTest {
  @Test
  void topCharactersAreCountTimesLengthWithBlanks() {
    NGrams grams = new NGrams(Words.of("red fox, red fox, red fox"));

    assertEquals(3 * "red fox".length(), grams.topCharacters(2, 1));
  }

  @Test
  void firstOfEquallyFrequentNGramsIsTheTop() {
    NGrams grams = new NGrams(Words.of("longest words first b c"));

    assertEquals("longest words".length(), grams.topCharacters(2, 1));
  }

  @Test
  void repeatedNGramIsSkippedOverWhole() {
    NGrams grams = new NGrams(Words.of("a b c a b c a b c"));

    assertEquals(6, grams.repeatedCharacters(2)); // ab, bc, ca are new; then ab, ca, bc repeat
  }

  @Test
  void fewerThanNWordsHoldNoNGram() {
    NGrams grams = new NGrams(Words.of("one two"));

    assertEquals(0, grams.topCharacters(3, 2));
    assertEquals(0, grams.repeatedCharacters(3));
  }

  @Test
  void surrogatePairsCountAsOneCharacter() {
    NGrams grams = new NGrams(Words.of("😀 😀 😀"));

    assertEquals(2 * 3, grams.topCharacters(2, 1));
  }

  @Test
  void repetitionsBetweenWindowsAreNotSeen() {
    Words words = Words.of("a b c d a b c d");

    assertEquals(4, new NGrams(words).repeatedCharacters(2));
    assertEquals(0, new NGrams(words, 4).repeatedCharacters(2));
    assertEquals(2 * 3, new NGrams(words, 4).topCharacters(2, 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithCountingStrings(long seed) {
    Random random = new Random(seed);
    String[] vocabulary = {"a", "bb", "ccc", "dddd", "e", "ff"};
    String text =
        IntStream.range(0, 300)
            .mapToObj(i -> vocabulary[random.nextInt(vocabulary.length)])
            .collect(Collectors.joining(" "));
    NGrams grams = new NGrams(Words.of(text));

    for (int n = 1; n <= 10; n++) {
      assertEquals(topByStrings(text.split(" "), n), grams.topCharacters(n, n - 1));
      assertEquals(repeatedByStrings(text.split(" "), n), grams.repeatedCharacters(n));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void orderOfQuestionsPlaysNoPart(long seed) {
    Random random = new Random(seed);
    String text =
        IntStream.range(0, 500)
            .mapToObj(i -> "w" + random.nextInt(9))
            .collect(Collectors.joining(" "));
    NGrams asked = new NGrams(Words.of(text));

    for (int n : new int[] {4, 2, 7, 3, 10, 1, 5}) {
      assertEquals(new NGrams(Words.of(text)).repeatedCharacters(n), asked.repeatedCharacters(n));
      assertEquals(topByStrings(text.split(" "), n), asked.topCharacters(n, n - 1));
      assertEquals(repeatedByStrings(text.split(" "), n), asked.repeatedCharacters(n));
    }
  }

  private static long topByStrings(String[] words, int n) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i + n <= words.length; i++) {
      counts.merge(joined(words, i, n, " "), 1, Integer::sum);
    }
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return counts.entrySet().stream()
        .filter(e -> e.getValue() == most)
        .findFirst()
        .map(e -> (long) most * e.getKey().length())
        .orElse(0L);
  }

  private static long repeatedByStrings(String[] words, int n) {
    Set<String> seen = new HashSet<>();
    long repeated = 0;
    for (int i = 0; i + n <= words.length; ) {
      boolean before = !seen.add(joined(words, i, n, " "));
      repeated += before ? joined(words, i, n, "").length() : 0;
      i += before ? n : 1;
    }
    return repeated;
  }

  private static String joined(String[] words, int start, int n, String joint) {
    return IntStream.range(start, start + n)
        .mapToObj(i -> words[i])
        .collect(Collectors.joining(joint));
  }
}
