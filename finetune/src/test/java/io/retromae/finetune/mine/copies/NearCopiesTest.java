package io.retromae.finetune.mine.copies;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Texts that share a bucket with a positive. */
class NearCopiesTest {
  private static Tuple2<Long, Integer> in(long hash, int text, boolean positive) {
    return new Tuple2<>(Buckets.key(hash, positive), text);
  }

  private static Buckets buckets(List<Tuple2<Long, Integer>> entries) {
    List<Tuple2<Long, Integer>> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Tuple2::_1));
    return Buckets.of(sorted.iterator());
  }

  @Test
  void bucketsWithoutAPositiveOrOfOneTextAreForgotten() {
    Buckets found =
        buckets(
            List.of(
                in(5, 1, false),
                in(5, 2, false), // no positive
                in(-9, 3, true), // alone
                in(7, 4, true),
                in(7, 1, false),
                in(1L << 61, 6, true))); // alone, and the last

    assertEquals(1, found.count());
    assertArrayEquals(
        new long[] {NearCopies.member(4, 0), NearCopies.member(1, 0)}, found.members());
  }

  @Test
  void textsAreNearIfTheyShareOneOfTheirBuckets() {
    Buckets first =
        buckets(List.of(in(5, 10, true), in(5, 11, false), in(6, 10, true), in(6, 12, false)));
    Buckets second = buckets(List.of(in(7, 11, true), in(7, 12, true), in(7, 70_000, false)));

    NearCopies copies = NearCopies.of(List.of(first, second));

    assertTrue(copies.isNearAny(11, new int[] {10}));
    assertTrue(copies.isNearAny(12, new int[] {3, 10}));
    assertTrue(copies.isNearAny(12, new int[] {11}));
    assertTrue(copies.isNearAny(70_000, new int[] {10, 11}));
    assertFalse(copies.isNearAny(70_000, new int[] {10}));
    assertFalse(copies.isNearAny(5, new int[] {10, 11, 12}));
    assertFalse(copies.isNearAny(11, new int[0]));
    assertEquals(4, copies.texts());
  }
}
