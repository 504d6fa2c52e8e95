package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded lines become the recorded texts, ids and scores. */
class PairBatchGoldenTest {
  private static final Path FOLDER = Path.of(System.getProperty("finetune.golden.dir"));
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final JsonNode SUMMARY = summary();

  @TempDir private Path scratch;

  private static JsonNode summary() {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve("loss/summary.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> cases() {
    List<String> names = new ArrayList<>();
    SUMMARY.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Optional<String> text(JsonNode value) {
    return value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void recordedLinesBecomeTheRecordedBatch(String name) throws IOException {
    JsonNode config = SUMMARY.get(name).get("config");
    PairFile.Rules rules =
        new PairFile.Rules(PairFile.BadRecords.FAIL, false, false, ColumnNames.DEFAULT, Map.of());
    List<PairLine> lines =
        Packed.file(STORAGE, FOLDER.resolve("loss/examples.jsonl"), rules, scratch).lines();
    EncoderFolder folder = EncoderFolder.open(STORAGE, FOLDER.resolve("tiny").toString());
    Instructions instructions =
        new Instructions(
            text(config.get("query_instruction")),
            config.get("query_instruction_format").asText(),
            text(config.get("passage_instruction")),
            true); // recorded in same-data-set mode
    PairBatchMaker maker =
        new PairBatchMaker(
            new WordPieceTokenizer(folder.vocabulary(), folder.wordRules()),
            folder.vocabulary(),
            instructions,
            config.get("query_max_len").asInt(),
            config.get("passage_max_len").asInt());
    boolean distills = !config.get("kd_loss_type").isNull();
    Map<String, TensorData> tensors = tensors("loss/batches/" + name + ".safetensors");
    for (int rank = 0; rank < SUMMARY.get(name).get("ranks").size(); rank++) {
      JsonNode recorded = SUMMARY.get(name).get("ranks").get(rank);
      List<GroupDrawing.Group> groups = new ArrayList<>();
      for (JsonNode example : recorded.get("examples")) {
        int[] negatives = new ObjectMapper().convertValue(example.get("neg"), int[].class);
        PairLine line = lines.get(example.get("line").asInt());
        groups.add(GroupDrawing.group(line, example.get("pos").asInt(), negatives));
      }
      for (int i = 0; i < groups.size(); i++) {
        PairLine line = groups.get(i).line();
        assertEquals(recorded.get("queries").get(i).asText(), instructions.ofQuery(line));
        String passage = groups.get(i).passages().get(0);
        int at = i * groups.get(i).passages().size();
        assertEquals(
            recorded.get("passages").get(at).asText(), instructions.ofPassage(line, passage));
      }

      PairBatch batch = maker.build(groups, distills, false);

      String prefix = "rank" + rank + ".";
      assertRows(tensors, prefix + "query.", batch.queries());
      assertRows(tensors, prefix + "passage.", batch.passages());
      if (distills) {
        assertArrayEquals(tensors.get(prefix + "teacher_scores").toDoubles(), batch.teacher());
      }
    }
  }

  private static void assertRows(Map<String, TensorData> tensors, String prefix, int[][] rows) {
    TensorData ids = tensors.get(prefix + "input_ids");
    int[] want = ids.toInts();
    int[] mask = tensors.get(prefix + "attention_mask").toInts();
    int length = (int) ids.shape()[1];
    assertEquals(ids.shape()[0], rows.length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < length; j++) {
        boolean inside = j < rows[i].length;
        assertEquals(mask[i * length + j] == 1, inside, prefix + i + ", " + j);
        if (inside) {
          assertEquals(want[i * length + j], rows[i][j], prefix + i + ", " + j);
        }
      }
    }
  }

  private static Map<String, TensorData> tensors(String name) throws IOException {
    try (InputStream in = Files.newInputStream(FOLDER.resolve(name))) {
      return Safetensors.read(name, in);
    }
  }
}
