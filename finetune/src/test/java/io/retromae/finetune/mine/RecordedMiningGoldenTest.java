package io.retromae.finetune.mine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputMode;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorWriter;
import io.retromae.training.bert.GoldenFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole job with the vectors of {@code mining/} of {@code -Dfinetune.golden.dir}. */
class RecordedMiningGoldenTest {
  private static final GoldenFolder FOLDER = GoldenFolder.of("finetune.golden.dir");
  private static final JsonNode GOLDEN = FOLDER.json("mining/mining.json");
  private static final List<String> RULES =
      List.of("relative_margin", "absolute_margin", "max_score", "min_score");

  @TempDir Path folder;

  static Stream<String> cases() {
    return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false)
        .map(golden -> golden.get("name").asText());
  }

  @BeforeEach
  void write() throws IOException {
    StringBuilder pool = new StringBuilder();
    List<String> ids = new ArrayList<>();
    for (JsonNode text : GOLDEN.get("documents")) {
      ids.add("d" + ids.size());
      String id = ids.get(ids.size() - 1);
      ObjectNode line = new ObjectMapper().createObjectNode().put("id", id);
      line.set("text", text);
      pool.append(line).append('\n');
    }
    Files.writeString(folder.resolve("pool.jsonl"), pool);
    StringBuilder lines = new StringBuilder();
    GOLDEN.get("examples").forEach(example -> lines.append(example).append('\n'));
    Files.writeString(folder.resolve("train.jsonl"), lines);
    record("documents", ids);
    record(
        "queries",
        IntStream.rangeClosed(1, GOLDEN.get("examples").size())
            .mapToObj(line -> "train.jsonl#" + line)
            .toList());
  }

  /** Writes vectors, in another order than that of the texts, and one that nobody asks for. */
  private void record(String name, List<String> ids) throws IOException {
    float[][] rows = FOLDER.rows("mining/vectors.safetensors", name);
    List<Integer> order = new ArrayList<>(IntStream.range(0, ids.size()).boxed().toList());
    Collections.shuffle(order, new Random(3));
    try (VectorWriter writer =
        VectorFiles.createParquet(
            MineRun.STORAGE, folder.toString(), name + "/v.parquet", VectorColumns.DEFAULT)) {
      for (int row : order) {
        writer.append(ids.get(row), rows[row]);
      }
      writer.append("of nobody", new float[rows[0].length]);
      writer.commit();
    }
  }

  private MineRun job(JsonNode golden) {
    MineRun run =
        MineRun.into(folder.resolve("out"))
            .input(folder.resolve("train.jsonl"))
            .with("model=null", "strategy=top", "relative_margin=null")
            .with("pool=[{path: '%s', id_column: id}]".formatted(folder.resolve("pool.jsonl")))
            .with("query_vectors=" + folder.resolve("queries"))
            .with("document_vectors=" + folder.resolve("documents"))
            .with("range_for_sampling=" + golden.get("range_for_sampling").asText())
            .with("negative_number=" + golden.get("negative_number"));
    for (String rule : RULES) {
      if (golden.path(rule).isNumber()) {
        run.with(rule + "=" + golden.get(rule));
      }
    }
    return run;
  }

  private static void assertRecorded(JsonNode golden, List<JsonNode> lines) {
    for (int i = 0; i < lines.size(); i++) {
      List<String> expected = new ArrayList<>();
      golden
          .get("queries")
          .get(i)
          .get("top")
          .forEach(number -> expected.add(GOLDEN.get("documents").get(number.asInt()).asText()));
      List<String> found = new ArrayList<>();
      lines.get(i).get("neg").forEach(text -> found.add(text.asText()));
      assertEquals(expected, found, "line " + i);
    }
    assertEquals(GOLDEN.get("examples").size(), lines.size());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void negativesAreThoseRecorded(String name) throws IOException {
    for (JsonNode golden : GOLDEN.get("cases")) {
      if (golden.get("name").asText().equals(name)) {
        assertRecorded(golden, job(golden).run().lines("train.jsonl"));
      }
    }
  }

  @Test
  void aPositiveOutsideThePoolAndATextWithoutVectorAreRefused() throws IOException {
    JsonNode golden = GOLDEN.get("cases").get(0);
    List<String> pool = Files.readAllLines(folder.resolve("pool.jsonl"));
    List<String> more = new ArrayList<>(pool);
    more.add("{\"id\": \"d-new\", \"text\": \"of no vector\"}");
    Files.write(folder.resolve("pool.jsonl"), more);

    CorruptDataException missing =
        assertThrows(CorruptDataException.class, () -> job(golden).run());
    assertTrue(missing.getMessage().contains("no vector for the text"), missing.getMessage());

    Files.write(folder.resolve("pool.jsonl"), pool.subList(0, 5));
    ConfigException outside =
        assertThrows(
            ConfigException.class, () -> job(golden).run(MineRun.shared(), OutputMode.OVERWRITE));
    assertTrue(outside.getMessage().contains("are not in the pool"), outside.getMessage());
  }
}
