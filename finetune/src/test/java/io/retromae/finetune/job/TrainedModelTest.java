package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.spark.LocalSpark;
import io.retromae.training.bert.Pooling;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings make of the exported model and of what is told on the way to it. */
class TrainedModelTest {
  private static final String TABLE = "embeddings.position_embeddings.weight";
  private static final String WORDS = "embeddings.word_embeddings.weight";

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    TestPairs.write(folder, 60);
    spark = LocalSpark.alone(LocalSpark.conf("local[2]"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<String> train(String output, String... more) throws IOException {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.add("schedule.max_steps=3");
    List<String> lines = new ArrayList<>();
    new FinetuneJob(
            spark, TestPairs.config(folder, output, settings.toArray(String[]::new)), lines::add)
        .run(OutputMode.RESUME);
    return lines;
  }

  private static Map<String, TensorData> tensors(String model) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(model + "/model.safetensors"))) {
      return Safetensors.read(model, in);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aFixedPositionTableIsThatOfTheStart(int zeroStage) throws IOException {
    String run = "fixed" + zeroStage;
    train(
        run,
        "objective.fix_position_embedding=true",
        "optimizer.weight_decay=0.1",
        "cluster.workers=2",
        "cluster.zero_stage=" + zeroStage);

    Map<String, TensorData> start = tensors("model");
    Map<String, TensorData> trained = tensors(run + "/export");
    assertArrayEquals(start.get("bert." + TABLE).toDoubles(), trained.get(TABLE).toDoubles());
    assertFalse(
        List.of(start.get("bert." + WORDS).bytes()).equals(List.of(trained.get(WORDS).bytes())));
  }

  @Test
  void gaugesAreToldWithEachStep() throws IOException {
    List<String> lines = train("gauges", "cluster.workers=1");

    String step = lines.stream().filter(l -> l.startsWith("step=1 ")).findFirst().orElseThrow();
    assertTrue(
        step.matches(
            ".* contrastive_loss=\\S+ batch_accuracy=0\\.\\d{4} batch_positive_cosine=\\S+"
                + " batch_hardest_negative_cosine=\\S+ batch_masked_share=0\\.\\d{4} grad_norm=.*"
                + " rows_per_s=\\d+\\.\\d mfu=\\S+ data_wait_ms=.*"),
        step);
    JsonNode row =
        new ObjectMapper()
            .readTree(
                Files.readAllLines(folder.resolve("gauges/metrics.jsonl")).stream()
                    .filter(line -> line.contains("batch_accuracy"))
                    .findFirst()
                    .orElseThrow());
    double hardest = row.get("batch_hardest_negative_cosine").asDouble();
    assertTrue(hardest > -1 && hardest <= 1, row.toString());
    assertEquals(16 * (1 + 3), row.get("samples").asInt());
  }

  @Test
  void theExportIsUsedAsItWasTrained() throws IOException {
    train(
        "mean",
        "cluster.workers=1",
        "objective.pooling=mean",
        "objective.normalize=false",
        "objective.temperature=1",
        "data.query_instruction=t5 t6",
        "data.query_instruction_format='{}: {}'",
        "data.passage_instruction='t7 '");

    var defaults =
        EncoderFolder.open(
                new Storage(new Configuration()), folder.resolve("mean/export").toString())
            .defaults();
    assertEquals(Pooling.MEAN, defaults.pooling());
    assertFalse(defaults.normalize());
    assertEquals(16, defaults.maxLength());
    assertEquals(Map.of("query", "t5 t6: ", "document", "t7 "), defaults.prompts());
    String card = Files.readString(folder.resolve("mean/export/README.md"));
    assertTrue(
        card.contains("60 lines:\n\n| data set | lines |\n|---|---|\n| pairs | 60 |\n"), card);
    assertTrue(card.contains("| `objective.pooling` | mean |"), card);
    assertTrue(card.contains("pooling_method=\"mean\", normalize_embeddings=False"), card);
  }
}
