package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.vector.VectorBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact search in one process, against all scores, and in its corners. */
class BlockSearchTest {
  /** The result of documents in blocks of so many, which no rounding of products changes. */
  private static TopK search(
      VectorBlock queries, VectorBlock documents, int blockRows, int k, Similarity similarity) {
    TopK found = search(queries, documents, blockRows, k, similarity, false);
    BruteForce.assertSameBits(found, search(queries, documents, blockRows, k, similarity, true));
    return found;
  }

  private static TopK search(
      VectorBlock queries,
      VectorBlock documents,
      int blockRows,
      int k,
      Similarity similarity,
      boolean low) {
    try (BlockSearch search = new BlockSearch(queries, 0, k, similarity, 2, low)) {
      for (int from = 0; from < documents.size(); from += blockRows) {
        int to = Math.min(documents.size(), from + blockRows);
        search.add(documents.part(from, to), from);
      }
      return search.result();
    }
  }

  private static VectorBlock block(float[]... vectors) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      ids.add("v" + i);
    }
    return VectorBlock.of(ids, vectors);
  }

  private static long[] numbers(TopK found, int query) {
    long[] numbers = new long[found.size(query)];
    for (int rank = 0; rank < numbers.length; rank++) {
      numbers[rank] = found.number(query, rank);
    }
    return numbers;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theBestAreFoundWhateverTheBlocks(long seed) {
    Random random = new Random(seed);
    int width = 1 + random.nextInt(70);
    VectorBlock queries = BruteForce.vectors(random, 1 + random.nextInt(300), width);
    VectorBlock documents = BruteForce.vectors(random, 1 + random.nextInt(5_000), width);
    int k = 1 + random.nextInt(random.nextBoolean() ? 40 : 2_000);
    Similarity similarity = Similarity.values()[random.nextInt(2)];

    TopK whole = search(queries, documents, documents.size(), k, similarity);
    TopK parts = search(queries, documents, 1 + random.nextInt(700), k, similarity);

    BruteForce.assertBest(whole, queries, documents, k, similarity);
    BruteForce.assertSameBits(whole, parts);
  }

  @Test
  void theOrderOfDocumentsAndOtherQueriesChangeNothing() {
    Random random = new Random(5);
    VectorBlock queries = BruteForce.vectors(random, 70, 33);
    VectorBlock documents = BruteForce.vectors(random, 900, 33);

    TopK whole = search(queries, documents, 900, 50, Similarity.COSINE);
    TopK backwards;
    try (BlockSearch search = new BlockSearch(queries.part(40, 70), 40, 50, Similarity.COSINE, 1)) {
      for (int from = 895; from >= 0; from -= 5) {
        search.add(documents.part(from, from + 5), from);
      }
      backwards = search.result();
    }

    BruteForce.assertSameBits(whole.part(40, 70), backwards);
  }

  @Test
  void partsMergeToTheWhole() {
    Random random = new Random(6);
    VectorBlock queries = BruteForce.vectors(random, 20, 12);
    VectorBlock documents = BruteForce.vectors(random, 300, 12);
    TopK merged = TopK.none(0, 40, 20);

    for (int from : new int[] {200, 0, 270, 100}) {
      int to = from == 200 ? 270 : from == 270 ? 300 : from + 100;
      try (BlockSearch search = new BlockSearch(queries, 0, 40, Similarity.DOT, 1)) {
        search.add(documents.part(from, to), from);
        merged = merged.merge(search.result());
      }
    }

    BruteForce.assertSameBits(search(queries, documents, 300, 40, Similarity.DOT), merged);
  }

  @ParameterizedTest
  @EnumSource
  void equalVectorsAreInTheOrderOfTheirNumbers(Similarity similarity) {
    Random random = new Random(7);
    float[] vector = BruteForce.vectors(random, 1, 50).values();
    float[][] all = new float[5_000][];
    Arrays.fill(all, vector);

    TopK found = search(block(vector, all[0]), block(all), 999, 10, similarity);

    assertEquals(
        List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L),
        Arrays.stream(numbers(found, 1)).boxed().toList());
    assertEquals(found.score(0, 0), found.score(0, 9));
  }

  @Test
  void scoresThatFloat32CannotTellApartAreToldApart() {
    float[][] documents = new float[3_000][];
    for (int i = 0; i < documents.length; i++) { // in float32 all products are 2^24
      documents[i] = new float[] {4096, 4096, (i * 7919 % 3_000) * 1e-5f};
    }

    VectorBlock queries = block(new float[] {4096, 0, 1}, new float[] {0, 4096, -1});
    TopK found = search(queries, block(documents), 3_000, 20, Similarity.DOT);

    BruteForce.assertBest(found, queries, block(documents), 20, Similarity.DOT);
  }

  @Test
  void documentsThatBfloat16CannotTellApartAreToldApart() {
    Random random = new Random(9);
    VectorBlock documents = BruteForce.vectors(random, 20_000, 24);
    for (int i = 0; i < documents.values().length; i++) { // all scores within a few steps of it
      documents.values()[i] = 1 + documents.values()[i] * 1e-3f;
    }
    VectorBlock queries = BruteForce.vectors(random, 3, 24);

    TopK found = search(queries, documents, 6_000, 100, Similarity.DOT);

    BruteForce.assertBest(found, queries, documents, 100, Similarity.DOT);
  }

  @Test
  void oneLongVectorHidesNoOther() {
    Random random = new Random(8);
    VectorBlock documents = BruteForce.vectors(random, 4_000, 16);
    Arrays.fill(documents.values(), 17 * 16, 18 * 16, 1e15f);
    Arrays.fill(documents.values(), 3_000 * 16, 3_001 * 16, -1e15f);
    VectorBlock queries = BruteForce.vectors(random, 5, 16);

    TopK found = search(queries, documents, 100, 30, Similarity.DOT);

    BruteForce.assertBest(found, queries, documents, 30, Similarity.DOT);
  }

  @Test
  void tinyVectorsAreRanked() {
    Random random = new Random(9);
    VectorBlock documents = BruteForce.vectors(random, 3_000, 8);
    for (int i = 0; i < documents.values().length; i++) {
      documents.values()[i] *= 1e-30f;
    }
    VectorBlock queries = BruteForce.vectors(random, 3, 8);

    TopK found = search(queries, documents, 500, 5, Similarity.DOT);

    for (int query = 0; query < 3; query++) {
      for (int rank = 0; rank < 5; rank++) {
        int number = (int) found.number(query, rank);
        double score = BruteForce.score(queries, query, documents, number, Similarity.DOT);
        assertEquals(score, found.score(query, rank), 1e-43);
      }
      assertTrue(found.score(query, 0) > 1e-30);
    }
  }

  @Test
  void aZeroVectorHasTheCosineZero() {
    VectorBlock documents = block(new float[] {0, 0}, new float[] {1, 0}, new float[] {-1, 0});

    TopK found =
        search(block(new float[] {2, 0}, new float[] {0, 0}), documents, 3, 3, Similarity.COSINE);

    assertEquals(List.of(1L, 0L, 2L), Arrays.stream(numbers(found, 0)).boxed().toList());
    assertEquals(1, found.score(0, 0));
    assertEquals(0, found.score(0, 1));
    assertEquals(-1, found.score(0, 2));
    assertEquals(List.of(0L, 1L, 2L), Arrays.stream(numbers(found, 1)).boxed().toList());
  }

  @Test
  void manyDocumentsAreWantedOfFew() {
    Random random = new Random(10);
    VectorBlock documents = BruteForce.vectors(random, 3, 4);
    VectorBlock queries = BruteForce.vectors(random, 2, 4);

    TopK found = search(queries, documents, 1, 10_000, Similarity.DOT);

    BruteForce.assertBest(found, queries, documents, 10_000, Similarity.DOT);
  }

  @Test
  void withoutDocumentsOrQueriesNothingIsFound() {
    VectorBlock none = new VectorBlock(List.of(), new float[0], 2);
    VectorBlock one = block(new float[] {1, 2});

    assertEquals(0, search(one, none, 1, 3, Similarity.DOT).size(0));
    assertEquals(0, search(none, one, 1, 3, Similarity.DOT).queries());
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    VectorBlock good = block(new float[] {1, 2});
    VectorBlock bad = block(new float[] {0, 0}, new float[] {1, Float.NaN});
    VectorBlock endless = block(new float[] {1e25f, 1});

    String k =
        assertThrows(ConfigException.class, () -> search(good, good, 1, 0, Similarity.DOT))
            .getMessage();
    String width =
        assertThrows(
                ConfigException.class,
                () -> search(good, block(new float[] {1, 2, 3}), 1, 1, Similarity.DOT))
            .getMessage();
    String query =
        assertThrows(CorruptDataException.class, () -> search(bad, good, 1, 1, Similarity.DOT))
            .getMessage();
    String document =
        assertThrows(CorruptDataException.class, () -> search(good, bad, 2, 1, Similarity.COSINE))
            .getMessage();
    String length =
        assertThrows(CorruptDataException.class, () -> search(good, endless, 1, 1, Similarity.DOT))
            .getMessage();

    assertTrue(k.contains("k = 0"), k);
    assertTrue(width.contains("3 values, queries of 2"), width);
    assertTrue(query.contains("'v1' has the length NaN"), query);
    assertTrue(document.contains("'v1' has the length NaN"), document);
    assertTrue(length.contains("'v0' has the length 9.99"), length);
  }
}
