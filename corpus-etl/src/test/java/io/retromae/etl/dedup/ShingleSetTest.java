package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.hash.SplitMix64;
import io.retromae.etl.text.Words;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShingleSetTest {
  private final RandomTexts texts = new RandomTexts(3);

  @Test
  void similarityOfShortTextsIsExact() {
    Words a = Words.of("a b c d e f g h");
    Words b = Words.of("a b c d e f g X");

    assertEquals(3.0 / 5.0, set(a, 64).jaccard(set(b, 64)));
    assertEquals(1.0, set(a, 64).jaccard(set(a, 64)));
    assertEquals(0.0, set(Words.of("a b"), 64).jaccard(set(a, 64)));
  }

  @Test
  void similarityOfLongTextsIsEstimatedFromTheirSmallestHashes() {
    Words a = Words.of(texts.words(20_000));
    Words b = Words.of(texts.edited(a.text(), 500));
    double exact = set(a, 100_000).jaccard(set(b, 100_000));

    assertEquals(exact, set(a, 4096).jaccard(set(b, 4096)), 0.03); // 4 standard deviations
    assertEquals(4096, set(a, 4096).size());
  }

  @Test
  void aLongTextComparesWithACompleteShortOne() {
    String text = texts.words(6000);
    Words whole = Words.of(text);
    Words half = Words.of(text.substring(0, text.length() / 2));
    double exact = set(whole, 100_000).jaccard(set(half, 100_000));

    assertEquals(exact, set(whole, 4096).jaccard(set(half, 4096)), 0.03);
  }

  @Test
  void bytesHoldTheSameSet() {
    ShingleSet set = set(Words.of(texts.words(300)), 128);
    ShingleSet other = set(Words.of(texts.words(300)), 128);

    ShingleSet read = ShingleSet.of(set.toBytes());

    assertEquals(1.0, read.jaccard(set));
    assertEquals(set.jaccard(other), read.jaccard(other));
  }

  @Test
  void rolledHashesEqualThoseOfSingleWindows() {
    String[] words = texts.words(200).split(" ");
    Set<Long> single = new HashSet<>();
    for (int i = 0; i + 5 <= words.length; i++) {
      String window = String.join(", ", java.util.Arrays.copyOfRange(words, i, i + 5));
      long[] block = new long[2];
      assertEquals(1, new Shingles(Words.of(window), 5).fill(block));
      single.add(block[0]);
    }

    Set<Long> rolled = new HashSet<>();
    Shingles shingles = new Shingles(Words.of(String.join("; ", words)), 5);
    long[] block = new long[7];
    for (int filled = shingles.fill(block); filled > 0; filled = shingles.fill(block)) {
      for (int i = 0; i < filled; i++) {
        rolled.add(block[i]);
      }
    }

    assertEquals(single, rolled);
    assertEquals(196, rolled.size());
  }

  @Test
  void unionFindRootsAreTheSmallestNodes() {
    UnionFind components = new UnionFind();
    for (long i = 0; i < 1000; i++) {
      long a = Math.floorMod(SplitMix64.mix(i), 1000L) * 10;
      components.union(a, a + 1);
      components.union(a + 2, a + 1);
    }

    for (int i = 0; i < components.count(); i++) {
      assertEquals(components.node(i) / 10 * 10, components.root(i));
    }
  }

  private static ShingleSet set(Words words, int most) {
    return ShingleSet.of(words, 5, most);
  }
}
