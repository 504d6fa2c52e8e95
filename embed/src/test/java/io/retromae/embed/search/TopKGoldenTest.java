package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.training.bert.GoldenFolder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The best documents of {@code mining/} of {@code -Dfinetune.golden.dir}. */
class TopKGoldenTest {
  private static final GoldenFolder FOLDER = GoldenFolder.of("finetune.golden.dir");
  private static final JsonNode GOLDEN = FOLDER.json("mining/mining.json");

  private static VectorBlock vectors(String name) {
    float[][] rows = FOLDER.rows("mining/vectors.safetensors", name);
    List<String> ids = IntStream.range(0, rows.length).mapToObj(Integer::toString).toList();
    return VectorBlock.of(ids, rows);
  }

  @ParameterizedTest(name = "blocks of {0}")
  @ValueSource(ints = {1, 7, 64, 1_000})
  void theBestAreThoseOfAllProducts(int blockRows) {
    VectorBlock documents = vectors("documents");
    VectorBlock queries = vectors("queries");
    int k = GOLDEN.get("k").asInt();

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
        assertEquals(GOLDEN.get("topk").get(query).get(rank).asLong(), found.number(query, rank));
        assertEquals(
            GOLDEN.get("topk_scores_f64").get(query).get(rank).asDouble(),
            found.score(query, rank),
            1e-12);
      }
    }
  }
}
