package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The best documents of {@code mining/} of {@code -Dfinetune.golden.dir}. */
class TopKGoldenTest {
  private static final Path FOLDER = Path.of(System.getProperty("finetune.golden.dir"), "mining");

  private static JsonNode golden;
  private static Map<String, TensorData> tensors;

  @BeforeAll
  static void read() throws IOException {
    golden = new ObjectMapper().readTree(FOLDER.resolve("mining.json").toFile());
    try (InputStream in = Files.newInputStream(FOLDER.resolve("vectors.safetensors"))) {
      tensors = Safetensors.read("vectors.safetensors", in);
    }
  }

  private static VectorBlock vectors(String name) {
    TensorData tensor = tensors.get(name);
    double[] values = tensor.toDoubles();
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    int width = Math.toIntExact(tensor.shape()[1]);
    List<String> ids =
        IntStream.range(0, floats.length / width).mapToObj(Integer::toString).toList();
    return new VectorBlock(ids, floats, width);
  }

  @ParameterizedTest(name = "blocks of {0}")
  @ValueSource(ints = {1, 7, 64, 1_000})
  void theBestAreThoseOfAllProducts(int blockRows) {
    VectorBlock documents = vectors("documents");
    VectorBlock queries = vectors("queries");
    int k = golden.get("k").asInt();

    TopK found;
    try (BlockSearch search = new BlockSearch(queries, 0, k, Similarity.DOT, 1)) {
      for (int from = 0; from < documents.size(); from += blockRows) {
        int to = Math.min(documents.size(), from + blockRows);
        search.add(documents.part(from, to), from);
      }
      found = search.result();
    }

    for (int query = 0; query < queries.size(); query++) {
      for (int rank = 0; rank < k; rank++) {
        assertEquals(golden.get("topk").get(query).get(rank).asLong(), found.number(query, rank));
        assertEquals(
            golden.get("topk_scores_f64").get(query).get(rank).asDouble(),
            found.score(query, rank),
            1e-12);
      }
    }
  }
}
