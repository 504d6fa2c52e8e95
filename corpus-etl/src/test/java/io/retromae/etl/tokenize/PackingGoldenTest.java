package io.retromae.etl.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackingGoldenTest {
  private static final String DOCUMENT = "00112233445566778899aabbccddeeff";

  @Test
  void blocksOfTheRecipeEqualTheReference() throws IOException {
    Path file = Path.of(System.getProperty("etl.golden.dir")).resolve("packing-recipe.json");
    for (JsonNode node : new ObjectMapper().readTree(file.toFile())) {
      String name = node.get("name").asText();
      int target = node.get("target").asInt();
      int[] lengths = ints(node.get("sentence_lengths"));
      var settings = new PackingSettings(PackingSettings.Mode.RECIPE, target + 2, 1, 0);

      Packer.Packed packed = new Packer(settings, 1).pack(sentences(lengths, 1_000), DOCUMENT);

      int[] wanted =
          Arrays.stream(ints(node.get("block_lengths"))).map(n -> cut(n, target)).toArray();
      assertArrayEquals(wanted, packed.blocks().stream().mapToInt(b -> b.length).toArray(), name);
      int[] first = packed.blocks().stream().mapToInt(b -> b[0]).toArray();
      assertArrayEquals(ints(node.get("block_first_ids")), first, name);
      assertEquals(node.get("tokens_cut_by_truncation").asLong(), packed.cut(), name);
    }
  }

  private static int cut(int length, int target) {
    return Math.min(length, target);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  /** Sentences of these lengths; their ids count up. */
  private static SentenceIds sentences(int[] lengths, int firstId) {
    SentenceIds sentences = new SentenceIds();
    int id = firstId;
    for (int length : lengths) {
      for (int i = 0; i < length; i++) {
        sentences.ids().add(id++);
      }
      sentences.endSentence();
    }
    return sentences;
  }

  private static int[] randomLengths(long seed) {
    Random random = new Random(seed);
    return random.ints(random.nextInt(60), 0, 300).toArray();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void losslessLosesNothingButACountedTail(long seed) {
    int[] lengths = randomLengths(seed);
    var settings = new PackingSettings(PackingSettings.Mode.LOSSLESS, 130, 32, 0);

    Packer.Packed packed = new Packer(settings, seed).pack(sentences(lengths, 0), DOCUMENT);

    assertNothingIsLost(Arrays.stream(lengths).sum(), packed);
    for (int[] block : packed.blocks()) {
      assertTrue(block.length >= 32 && block.length <= 128, "block of " + block.length);
    }
    assertTrue(packed.droppedTail() < 32);
  }

  private static void assertNothingIsLost(int ids, Packer.Packed packed) {
    int[] kept = packed.blocks().stream().flatMapToInt(Arrays::stream).toArray();
    assertArrayEquals(IntStream.range(0, kept.length).toArray(), kept, "ids stay in order");
    assertEquals(ids, kept.length + packed.droppedTail());
    assertEquals(0, packed.cut());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void losslessWithShortBlocksLosesNothingEither(long seed) {
    int[] lengths = randomLengths(seed);
    var settings = new PackingSettings(PackingSettings.Mode.LOSSLESS, 130, 1, 0.5);

    Packer.Packed packed = new Packer(settings, seed).pack(sentences(lengths, 0), DOCUMENT);

    assertNothingIsLost(Arrays.stream(lengths).sum(), packed);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(PackingSettings.Mode.class)
  void everyIdIsInABlockOrCounted(PackingSettings.Mode mode) {
    for (long seed = 0; seed < 50; seed++) {
      int[] lengths = randomLengths(seed);
      var settings = new PackingSettings(mode, 130, 32, seed % 2 * 0.3);

      Packer.Packed packed = new Packer(settings, seed).pack(sentences(lengths, 0), DOCUMENT);

      int kept = packed.blocks().stream().mapToInt(b -> b.length).sum();
      assertEquals(Arrays.stream(lengths).sum(), kept + packed.cut() + packed.droppedTail());
      assertTrue(packed.blocks().stream().allMatch(b -> b.length > 0 && b.length <= 128));
    }
  }

  @Test
  void truncateKeepsTheBeginning() {
    var settings = new PackingSettings(PackingSettings.Mode.TRUNCATE, 130, 32, 0);
    SentenceIds sentences = sentences(new int[] {100, 0, 100}, 0);

    Packer.Packed packed = new Packer(settings, 1).pack(sentences, DOCUMENT);

    assertEquals(1, packed.blocks().size());
    assertArrayEquals(IntStream.range(0, 128).toArray(), packed.blocks().get(0));
    assertEquals(72, packed.cut());
  }

  @Test
  void aShortTailJoinsTheBlockBeforeItIfItFits() {
    var settings = new PackingSettings(PackingSettings.Mode.LOSSLESS, 130, 32, 0);

    Packer.Packed fits = new Packer(settings, 1).pack(sentences(new int[] {20}, 0), DOCUMENT);
    Packer.Packed apart = new Packer(settings, 1).pack(sentences(new int[] {128, 20}, 0), DOCUMENT);

    assertEquals(20, fits.droppedTail());
    assertEquals(List.of(), fits.blocks());
    assertEquals(20, apart.droppedTail());
    assertEquals(1, apart.blocks().size());
  }

  private static List<Integer> blockLengths(double shortSeqProb, long seed, String document) {
    var settings = new PackingSettings(PackingSettings.Mode.LOSSLESS, 130, 1, shortSeqProb);
    int[] one = {200_000};
    return new Packer(settings, seed)
        .pack(sentences(one, 0), document).blocks().stream().map(b -> b.length).toList();
  }

  @Test
  void targetsOfShortBlocksAreDrawnBySeedAndDocument() {
    List<Integer> lengths = blockLengths(0.25, 7, DOCUMENT);

    assertEquals(lengths, blockLengths(0.25, 7, DOCUMENT));
    assertNotEquals(lengths, blockLengths(0.25, 8, DOCUMENT));
    assertNotEquals(lengths, blockLengths(0.25, 7, DOCUMENT.replace('0', '1')));
  }

  @Test
  void theShareOfShortBlocksIsAsAskedAndTheirLengthsAreEven() {
    List<Integer> lengths = blockLengths(0.25, 7, DOCUMENT);
    List<Integer> drawn = lengths.subList(0, lengths.size() - 1);

    double shorter = drawn.stream().filter(n -> n < 128).count() / (double) drawn.size();
    double mean = drawn.stream().filter(n -> n < 128).mapToInt(n -> n).average().orElseThrow();
    assertEquals(0.25, shorter, 0.03);
    assertEquals((3 + 127) / 2.0, mean, 4);
    assertEquals(3, drawn.stream().mapToInt(n -> n).min().orElseThrow());
  }
}
