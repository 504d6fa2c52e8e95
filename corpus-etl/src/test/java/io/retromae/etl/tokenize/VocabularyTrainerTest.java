package io.retromae.etl.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.vocab.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTrainerTest {
  private static final Map<String, Long> COUNTS =
      Map.of("low", 5L, "lower", 2L, "newest", 6L, "widest", 3L, "中", 9L, "国", 4L);

  private static List<String> train(Map<String, Long> counts, int size, int maxAlphabet) {
    return new VocabularyTrainer(size, maxAlphabet).train(counts).tokens();
  }

  @Test
  void specialTokensComeFirstThenCharactersThenMerges() {
    List<String> tokens = train(COUNTS, 1_000, 100);

    assertEquals(Vocabulary.SPECIAL_TOKENS, tokens.subList(0, 5));
    assertEquals("d", tokens.get(5));
    int firstMerge = tokens.indexOf("##es"); // 9 times, as ##st; found first
    assertTrue(firstMerge > tokens.indexOf("##w"));
    assertEquals("##est", tokens.get(firstMerge + 1));
    assertTrue(tokens.containsAll(List.of("low", "lower", "newest", "widest")));
  }

  @Test
  void stopsAtTheSizeWanted() {
    assertEquals(30, train(COUNTS, 30, 100).size());
  }

  @Test
  void moreCharactersThanTokensAreRefused() {
    var refusal = assertThrows(ConfigException.class, () -> train(COUNTS, 15, 100));

    assertTrue(refusal.getMessage().contains("max_alphabet (100)"), refusal.getMessage());
  }

  @Test
  void rareCharactersGetNoTokenAndTheirWordsNoSay() {
    List<String> tokens = train(COUNTS, 1_000, 3); // e 17, w 16; s, t and 中 9 each

    assertTrue(tokens.containsAll(List.of("e", "w", "s")), tokens.toString());
    assertFalse(tokens.contains("中"));
    assertFalse(tokens.contains("##es"));
  }

  /** Random words of few letters, so that merges overlap and undo each other. */
  private static Map<String, Long> randomCounts(long seed) {
    Random random = new Random(seed);
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int i = 0; i < 200; i++) {
      StringBuilder word = new StringBuilder();
      random.ints(1 + random.nextInt(8), 'a', 'e').forEach(word::appendCodePoint);
      counts.put(word.toString(), 1L + random.nextInt(5));
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsCountingAllPairsAnewForEachMerge(long seed) {
    Map<String, Long> counts = randomCounts(seed);

    List<String> tokens = train(counts, 150, 100);

    assertEquals(trainedSlowly(counts, 150), tokens);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void orderOfCountsDoesNotMatter(long seed) {
    Map<String, Long> counts = randomCounts(seed);
    List<String> keys = new ArrayList<>(counts.keySet());
    Collections.shuffle(keys, new Random(seed));
    Map<String, Long> shuffled = new LinkedHashMap<>();
    keys.forEach(key -> shuffled.put(key, counts.get(key)));

    assertEquals(train(counts, 300, 100), train(shuffled, 300, 100));
  }

  /** The same rule without any bookkeeping. */
  private static List<String> trainedSlowly(Map<String, Long> counts, int size) {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    TreeSet<String> first = new TreeSet<>();
    Set<String> later = new LinkedHashSet<>();
    Map<List<String>, Long> words = new LinkedHashMap<>();
    new TreeMap<>(counts)
        .forEach(
            (word, count) -> {
              List<String> pieces = new ArrayList<>();
              for (String letter : word.split("")) {
                first.add(letter);
                pieces.add(pieces.isEmpty() ? letter : "##" + letter);
              }
              later.addAll(pieces.subList(1, pieces.size()));
              words.put(pieces, count);
            });
    tokens.addAll(first);
    tokens.addAll(later);
    while (tokens.size() < size) {
      Map<List<String>, Long> pairs = new HashMap<>();
      words.forEach(
          (pieces, count) -> {
            for (int i = 0; i + 1 < pieces.size(); i++) {
              pairs.merge(List.of(pieces.get(i), pieces.get(i + 1)), count, Long::sum);
            }
          });
      Optional<List<String>> best =
          pairs.entrySet().stream()
              .min(
                  Comparator.<Map.Entry<List<String>, Long>>comparingLong(e -> -e.getValue())
                      .thenComparingInt(e -> tokens.indexOf(e.getKey().get(0)))
                      .thenComparingInt(e -> tokens.indexOf(e.getKey().get(1))))
              .map(Map.Entry::getKey);
      if (best.isEmpty()) {
        break;
      }
      String merged = best.get().get(0) + best.get().get(1).substring(2);
      if (!tokens.contains(merged)) {
        tokens.add(merged);
      }
      words.keySet().stream()
          .toList()
          .forEach(pieces -> replace(words, pieces, best.get(), merged));
    }
    return tokens;
  }

  private static void replace(
      Map<List<String>, Long> words, List<String> pieces, List<String> pair, String merged) {
    List<String> after = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      boolean found =
          i + 1 < pieces.size()
              && pieces.get(i).equals(pair.get(0))
              && pieces.get(i + 1).equals(pair.get(1));
      after.add(found ? merged : pieces.get(i));
      i += found ? 1 : 0;
    }
    words.put(after, words.remove(pieces));
  }
}
