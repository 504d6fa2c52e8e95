package io.retromae.embed.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.Pooling;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.settings.DeviceSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WindowEncoderTest {
  @TempDir Path path;
  private TinyFolder folder;

  @BeforeEach
  void write() {
    folder = new TinyFolder(path);
  }

  @AfterEach
  void close() {
    SharedEncoder.closeIdle();
  }

  private EncoderSpec spec(Pooling pooling, int maxLength, int tokensPerBatch) {
    return folder
        .open()
        .spec(
            new EncoderOptions(
                Optional.of(pooling),
                Optional.of(true),
                Optional.of(maxLength),
                tokensPerBatch,
                DeviceSetting.CPU));
  }

  private TextEncoder encoder(EncoderSpec spec, int threads) {
    return SharedEncoder.acquire(folder.storage(), spec, new Place(List.of(), threads));
  }

  private float[][] encode(EncoderSpec spec, String... texts) {
    try (TextEncoder encoder = encoder(spec, 2)) {
      return encoder.encode(List.of(texts));
    }
  }

  private static List<String> texts(int count, long seed) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(50); n > 0; n--) {
        text.append((char) ('a' + random.nextInt(26))).append(random.nextInt(3) == 0 ? " " : "");
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @ParameterizedTest(name = "{0}, {1} tokens a batch, {2} threads")
  @CsvSource({
    "CLS, 3, 1", "CLS, 100, 2", "CLS, 16384, 3",
    "MEAN, 3, 2", "MEAN, 100, 3", "MEAN, 16384, 1",
    "LAST_TOKEN, 3, 3", "LAST_TOKEN, 100, 1", "LAST_TOKEN, 16384, 2"
  })
  void aVectorIsThatOfTheTextAlone(Pooling pooling, int tokens, int threads) {
    List<String> texts = texts(500, 7);
    List<String> shuffled = new ArrayList<>(texts);
    Collections.shuffle(shuffled, new Random(8));
    float[][] alone;
    try (TextEncoder encoder = encoder(spec(pooling, 40, 16_384), 1)) {
      alone = texts.stream().map(text -> encoder.encode(List.of(text))[0]).toArray(float[][]::new);
    }

    try (TextEncoder encoder = encoder(spec(pooling, 40, tokens), threads)) {
      float[][] together = encoder.encode(shuffled);
      for (int i = 0; i < texts.size(); i++) {
        float[] vector = together[shuffled.indexOf(texts.get(i))];
        assertArrayEquals(alone[i], vector, texts.get(i));
      }
    }
  }

  /** Notes the tokens of batches, and computes nothing. */
  private record Noting(int enoughTokens, List<Integer> tokens) implements BatchModel {
    @Override
    public int width() {
      return 1;
    }

    @Override
    public int words() {
      return 64;
    }

    @Override
    public boolean pads() {
      return false;
    }

    @Override
    public float[][] pooled(List<int[]> rows, Pooling pooling) {
      tokens.add(rows.stream().mapToInt(row -> row.length).sum());
      return new float[rows.size()][1];
    }

    @Override
    public void close() {
      tokens.clear();
    }
  }

  @ParameterizedTest(name = "tokens_per_batch {0}, enough {1}, {2} threads: {3}")
  @CsvSource({"100, 2048, 1, 100", "100, 2048, 8, 100", "16384, 60, 8, 60", "3, 2048, 2, 10"})
  void tokensPerBatchBoundsEachBatchWhateverTheThreads(
      int tokensPerBatch, int enough, int threads, int most) {
    List<int[]> rows = IntStream.range(0, 90).mapToObj(i -> new int[8]).toList();
    List<Integer> noted = Collections.synchronizedList(new ArrayList<>());
    try (BatchThreads pool = new BatchThreads(threads)) {
      LoadedEncoder loaded =
          new LoadedEncoder(
              new Noting(enough, noted),
              folder.open().vocabulary(),
              folder.open().wordRules(),
              Optional.of(pool));

      new WindowEncoder(loaded, spec(Pooling.CLS, 40, tokensPerBatch)).encodeIds(rows);
    }

    assertEquals(most, Collections.max(noted), "ten tokens a row, one row at least");
    assertEquals(900, noted.stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  void severalWindowsComeBackInOrder() {
    List<String> texts = texts(2 * WindowEncoder.WINDOW + 10, 9);
    EncoderSpec spec = spec(Pooling.MEAN, 10, 16_384);
    try (TextEncoder encoder = encoder(spec, 2)) {
      float[][] vectors = encoder.encode(texts);

      assertEquals(texts.size(), vectors.length);
      for (int i : new int[] {0, 4_095, 4_096, 8_191, 8_192, 8_201}) {
        assertArrayEquals(encoder.encode(texts.subList(i, i + 1))[0], vectors[i], 1e-6f);
      }
      assertEquals(0, encoder.encode(List.of()).length);
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void theModelThatIsTrainedGivesTheSameVectors(Pooling pooling) throws IOException {
    List<String> texts = texts(100, 3);
    EncoderFolder opened = folder.open();
    EncoderSpec spec = spec(pooling, 40, 300);
    try (BertModel model = BertModel.withoutHead(TinyFolder.SHAPE, Compute.CPU);
        TextEncoder shared = encoder(spec, 2)) {
      opened.weights().fill(model.parameters().fetch(), model.layout(), 0);
      int before = model.liveArrays();
      TextEncoder live = WindowEncoder.over(model, opened.vocabulary(), opened.wordRules(), spec);

      float[][] want = shared.encode(texts);
      float[][] got = live.encode(texts);
      live.close();

      for (int i = 0; i < want.length; i++) {
        assertArrayEquals(want[i], got[i], 2e-6f, texts.get(i));
      }
      assertEquals(before, model.liveArrays(), "neither closed nor grown");
    }
  }

  @Test
  void textsWithoutTokensHaveTheVectorOfClsAndSep() {
    EncoderSpec spec = spec(Pooling.MEAN, 30, 16_384);
    float[][] vectors = encode(spec, "", " \t\n", "\u0000", "\uD800", "\uDC00\uD800", "\u200b");

    for (float[] vector : vectors) {
      assertArrayEquals(vectors[0], vector);
    }
    assertEquals(1, norm(vectors[0]), 1e-6);
  }

  @Test
  void whatTheVocabularyLacksIsUnknown() {
    EncoderSpec spec = spec(Pooling.MEAN, 30, 16_384);
    float[][] vectors = encode(spec, "水", "😀", "5", "a\uD800b", "ab");

    assertArrayEquals(vectors[0], vectors[1]);
    assertArrayEquals(vectors[0], vectors[2]);
    assertArrayEquals(vectors[4], vectors[3], "a lone surrogate is dropped");
  }

  @Test
  void whatIsTooLongIsCutAndKeepsItsEnd() {
    EncoderSpec spec = spec(Pooling.LAST_TOKEN, 10, 16_384);
    float[][] vectors = encode(spec, "a b c d e f g h", "a b c d e f g h i j k", "a b c d e f g i");

    assertArrayEquals(vectors[0], vectors[1]);
    assertTrue(!Arrays.equals(vectors[0], vectors[2]));
  }

  @Test
  void theShortestLimitLeavesOneToken() {
    float[][] vectors = encode(spec(Pooling.CLS, 3, 3), "a", "a b", "abc", "");

    assertArrayEquals(vectors[0], vectors[1]);
    assertTrue(!Arrays.equals(vectors[0], vectors[3]));
  }

  @Test
  void aMegabyteOfTextIsOneRow() {
    float[][] vectors = encode(spec(Pooling.CLS, 40, 16_384), "a b ".repeat(1 << 18), "a b");

    assertEquals(1, norm(vectors[0]), 1e-6);
  }

  @Test
  void idsAreFramedLikeTexts() {
    EncoderSpec spec = spec(Pooling.MEAN, 30, 16_384);
    try (TextEncoder encoder = encoder(spec, 1)) {
      int[] ids =
          new io.retromae.core.vocab.WordPieceTokenizer(
                  folder.open().vocabulary(), folder.open().wordRules())
              .encode("abc d");

      assertArrayEquals(encoder.encode(List.of("abc d"))[0], encoder.encodeIds(List.of(ids))[0]);
      for (int wrong : new int[] {-1, 64, Integer.MAX_VALUE}) {
        String message =
            assertThrows(
                    ConfigException.class,
                    () -> encoder.encodeIds(List.of(new int[] {5}, new int[] {wrong})))
                .getMessage();
        assertTrue(message.startsWith("token id " + wrong), message);
      }
      assertEquals(1, encoder.encodeIds(List.of(new int[] {63})).length, "a row without a token");
    }
  }

  /** Ids of tokenizers 0.22 with the same vocabulary and special tokens. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "at [SEP] be | 5,44,3,7,14",
        "[sep] | 1,41,14,36,1",
        "a[MASK]b | 5,4,7",
        "[CLS] | 2",
        "[[SEP]] | 1,3,1",
        "[SEP][SEP] | 3,3",
        "x[UNK | 51,1,45,32,26",
        "[PAD] a [UNK] | 0,5,1"
      })
  void aSpecialTokensSpellingIsThatToken(String text, String ids) {
    EncoderFolder opened = folder.open();
    int[] wanted = Arrays.stream(ids.split(",")).mapToInt(Integer::parseInt).toArray();

    assertArrayEquals(
        wanted, new ModelTokenizer(opened.vocabulary(), opened.wordRules()).encode(text));
    try (TextEncoder encoder = encoder(spec(Pooling.MEAN, 30, 16_384), 1)) {
      assertArrayEquals(encoder.encodeIds(List.of(wanted))[0], encoder.encode(List.of(text))[0]);
    }
  }

  @Test
  void withoutNormalizationVectorsAreAsPooled() {
    EncoderSpec spec = spec(Pooling.MEAN, 30, 16_384);
    EncoderSpec plain =
        new EncoderSpec(spec.folder(), Pooling.MEAN, false, 30, 16_384, DeviceSetting.CPU);
    float[] unit = encode(spec, "abc")[0];
    float[] vector = encode(plain, "abc")[0];

    double norm = norm(vector);
    assertTrue(Math.abs(norm - 1) > 1e-3);
    IntStream.range(0, unit.length).forEach(i -> assertEquals(vector[i] / norm, unit[i], 1e-6));
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
