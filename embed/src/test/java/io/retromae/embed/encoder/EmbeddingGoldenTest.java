package io.retromae.embed.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.RowFrame;
import io.retromae.training.bert.Pooling;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.settings.DeviceSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids and vectors of the recorded tiny BERT. */
class EmbeddingGoldenTest {
  private static final Path GOLDEN = Path.of(System.getProperty("finetune.golden.dir"));
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final JsonNode TEXTS = texts();
  private static final Map<String, TensorData> VECTORS = vectors();

  private static JsonNode texts() {
    try {
      return new ObjectMapper().readTree(GOLDEN.resolve("embed/texts.json").toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, TensorData> vectors() {
    Path file = GOLDEN.resolve("embed/embeddings.safetensors");
    try (InputStream in = Files.newInputStream(file)) {
      return Safetensors.read(file.toString(), in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** With the instruction before the queries. */
  private static List<String> inputs(String kind) {
    String instruction = kind.equals("queries") ? TEXTS.get("query_instruction").asText() : "";
    List<String> inputs = new ArrayList<>();
    TEXTS.get(kind).forEach(row -> inputs.add(instruction + row.get("text").asText()));
    return inputs;
  }

  private static EncoderFolder folder() {
    return EncoderFolder.open(STORAGE, GOLDEN.resolve("tiny").toString());
  }

  private static EncoderSpec spec(Pooling pooling, boolean normalize, int tokensPerBatch) {
    return folder()
        .spec(
            new EncoderOptions(
                Optional.of(pooling),
                Optional.of(normalize),
                Optional.of(TEXTS.get("max_length").asInt()),
                tokensPerBatch,
                DeviceSetting.CPU));
  }

  private static double[] golden(String kind, Pooling pooling, boolean normalize, String type) {
    String name = kind + "." + pooling.name().toLowerCase(Locale.ROOT);
    return VECTORS.get(name + (normalize ? ".normalized." : ".") + type).toDoubles();
  }

  private static double[] flat(float[][] vectors) {
    return Arrays.stream(vectors)
        .flatMapToDouble(
            row -> java.util.stream.IntStream.range(0, row.length).mapToDouble(i -> row[i]))
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({"passages", "queries"})
  void idsAreTheTokenizersWithSpecialTokensCutToTheLimit(String kind) {
    int limit = TEXTS.get("max_length").asInt();
    ModelTokenizer tokenizer = new ModelTokenizer(folder().vocabulary(), folder().wordRules());
    List<String> inputs = inputs(kind);
    for (int i = 0; i < inputs.size(); i++) {
      JsonNode want = TEXTS.get(kind).get(i).get("input_ids");
      int[] ids = new ObjectMapper().convertValue(want, int[].class);

      int[] row = RowFrame.of(folder().vocabulary(), limit).frame(tokenizer.encode(inputs.get(i)));

      assertArrayEquals(ids, row, inputs.get(i));
    }
  }

  @ParameterizedTest(name = "{0}, {1}, normalized {2}, {3} tokens a batch")
  @CsvSource({
    "passages, CLS, false, 16384",
    "passages, CLS, true, 3",
    "passages, MEAN, false, 100",
    "passages, MEAN, true, 16384",
    "passages, LAST_TOKEN, false, 3",
    "passages, LAST_TOKEN, true, 100",
    "queries, CLS, false, 100",
    "queries, CLS, true, 16384",
    "queries, MEAN, false, 3",
    "queries, MEAN, true, 100",
    "queries, LAST_TOKEN, false, 16384",
    "queries, LAST_TOKEN, true, 3"
  })
  void vectorsAreTheRecordedOnes(String kind, Pooling pooling, boolean normalize, int tokens) {
    double[] want = golden(kind, pooling, normalize, "f32");
    double[] exact = golden(kind, pooling, normalize, "f64");
    double tolerance = normalize ? 2e-6 : 2e-5;
    try (TextEncoder encoder = SharedEncoder.acquire(STORAGE, spec(pooling, normalize, tokens))) {
      double[] got = flat(encoder.encode(inputs(kind)));

      assertArrayEquals(want, got, tolerance);
      assertArrayEquals(exact, got, tolerance);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "passages, CLS", "passages, MEAN", "passages, LAST_TOKEN",
    "queries, CLS", "queries, MEAN", "queries, LAST_TOKEN"
  })
  void trainingsModelPoolsTheSameInFloat64(String kind, Pooling pooling) throws IOException {
    try (Float64Encoder model = Float64Encoder.load(GOLDEN.resolve("tiny"), folder().shape())) {
      List<double[]> got = new ArrayList<>();
      TEXTS
          .get(kind)
          .forEach(
              row -> {
                int[] ids = new ObjectMapper().convertValue(row.get("input_ids"), int[].class);
                got.add(model.pooled(ids, pooling));
              });

      double[] flat = got.stream().flatMapToDouble(Arrays::stream).toArray();
      assertArrayEquals(golden(kind, pooling, false, "f64"), flat, 1e-10);
    }
  }

  @Test
  void aFolderWithoutModulesIsClsAndNormalizedAndSaysSo() {
    EncoderDefaults defaults = folder().defaults();

    assertEquals(Pooling.CLS, defaults.pooling());
    assertEquals(true, defaults.normalize());
    assertEquals(2, defaults.saidAloud().size(), defaults.saidAloud().toString());
  }
}
