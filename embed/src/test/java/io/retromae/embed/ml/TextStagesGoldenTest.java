package io.retromae.embed.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids and vectors of the recorded tiny BERT, through Spark. */
class TextStagesGoldenTest {
  private static final Path GOLDEN = Path.of(System.getProperty("finetune.golden.dir"));

  private final JsonNode texts =
      new ObjectMapper().readTree(GOLDEN.resolve("embed/texts.json").toFile());

  TextStagesGoldenTest() throws IOException {}

  private Dataset<Row> rows(String kind) {
    return LocalSql.texts(
            StreamSupport.stream(texts.get(kind).spliterator(), false)
                .map(row -> row.get("text").asText())
                .toArray(String[]::new))
        .repartition(3);
  }

  private String instruction(String kind) {
    return kind.equals("queries") ? texts.get("query_instruction").asText() : "";
  }

  @ParameterizedTest
  @CsvSource({
    "passages, cls, false",
    "passages, cls, true",
    "queries, mean, false",
    "queries, mean, true",
    "passages, last_token, true",
    "queries, last_token, false"
  })
  void vectorsAreTheRecordedOnes(String kind, String pooling, boolean normalize)
      throws IOException {
    TextEmbedder embedder =
        new TextEmbedder()
            .setModelPath(GOLDEN.resolve("tiny").toString())
            .setInputCol("text")
            .setOutputCol("vector")
            .setMaxLength(texts.get("max_length").asInt())
            .setInstruction(instruction(kind))
            .setPooling(pooling)
            .setNormalize(normalize);

    List<Vector> vectors = LocalSql.column(embedder.transform(rows(kind)), "vector");

    String name = kind + "." + pooling + (normalize ? ".normalized" : "") + ".f64";
    double[] got =
        vectors.stream().flatMapToDouble(vector -> Arrays.stream(vector.toArray())).toArray();
    assertArrayEquals(recorded(name), got, normalize ? 2e-6 : 2e-5);
  }

  private static double[] recorded(String name) throws IOException {
    Path file = GOLDEN.resolve("embed/embeddings.safetensors");
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, TensorData> all = Safetensors.read(file.toString(), in);
      return all.get(name).toDoubles();
    }
  }

  @Test
  void idsAreTheRecordedOnes() {
    TextTokenizer tokenizer =
        new TextTokenizer()
            .setModelPath(GOLDEN.resolve("tiny").toString())
            .setInputCol("text")
            .setOutputCol("tokens")
            .setMaxLength(texts.get("max_length").asInt())
            .setInstruction(instruction("queries"));

    List<Row> tokens = LocalSql.column(tokenizer.transform(rows("queries")), "tokens");

    for (int i = 0; i < tokens.size(); i++) {
      List<Integer> ids = tokens.get(i).getList(0);
      assertEquals(texts.get("queries").get(i).get("input_ids").toString(), text(ids));
      assertEquals(ids.size(), tokens.get(i).getList(1).size());
    }
  }

  private static String text(List<Integer> ids) {
    return ids.toString().replace(" ", "");
  }
}
