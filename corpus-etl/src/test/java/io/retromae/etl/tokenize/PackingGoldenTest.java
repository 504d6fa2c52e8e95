package io.retromae.etl.tokenize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingGoldenTest {
  @Test
  void blocksOfTheRecipeEqualTheReference() throws IOException {
    Path file = Path.of(System.getProperty("etl.golden.dir")).resolve("packing-recipe.json");
    for (JsonNode node : new ObjectMapper().readTree(file.toFile())) {
      String name = node.get("name").asText();
      int target = node.get("target").asInt();
      int[] lengths = ints(node.get("sentence_lengths"));
      List<int[]> blocks = Packer.recipe(sentences(lengths, 1_000), target);

      int[] blockLengths = blocks.stream().mapToInt(b -> b.length).toArray();
      assertArrayEquals(ints(node.get("block_lengths")), blockLengths, name);
      int[] first = blocks.stream().mapToInt(b -> b[0]).toArray();
      assertArrayEquals(ints(node.get("block_first_ids")), first, name);
      var settings = new PackingSettings(PackingSettings.Mode.RECIPE, target + 2, 1);
      Packer.Packed packed = new Packer(settings).pack(sentences(lengths, 1_000));
      assertEquals(node.get("tokens_cut_by_truncation").asLong(), packed.cut(), name);
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static List<int[]> sentences(int[] lengths, int firstId) {
    List<int[]> sentences = new ArrayList<>();
    int id = firstId;
    for (int length : lengths) {
      int[] sentence = new int[length];
      for (int i = 0; i < length; i++) {
        sentence[i] = id++;
      }
      sentences.add(sentence);
    }
    return sentences;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void losslessLosesNothingButACountedTail(long seed) {
    Random random = new Random(seed);
    int[] lengths = random.ints(random.nextInt(60), 0, 300).toArray();
    List<int[]> sentences = sentences(lengths, 0);
    var settings = new PackingSettings(PackingSettings.Mode.LOSSLESS, 130, 32);

    Packer.Packed packed = new Packer(settings).pack(sentences);

    int[] kept = packed.blocks().stream().flatMapToInt(Arrays::stream).toArray();
    assertEquals(Arrays.stream(lengths).sum(), kept.length + packed.droppedTail());
    for (int i = 0; i < kept.length; i++) {
      assertEquals(i, kept[i], "ids stay in order");
    }
    for (int[] block : packed.blocks()) {
      assertTrue(block.length >= 32 && block.length <= 128, "block of " + block.length);
    }
    assertTrue(packed.droppedTail() < 32);
  }
}
