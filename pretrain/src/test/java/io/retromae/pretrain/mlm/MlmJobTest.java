package io.retromae.pretrain.mlm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainJob;
import io.retromae.pretrain.job.PretrainJobTest;
import io.retromae.pretrain.job.TestCorpus;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job trains an objective that has no decoder: what it reports, exports and goes on from. */
class MlmJobTest {
  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    spark = new JavaSparkContext(LocalSpark.conf("local[2]"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TrainingReport train(String output, List<String> lines, String... more)
      throws IOException {
    List<String> all = new ArrayList<>(PretrainJobTest.settings(folder, output));
    all.addAll(List.of(more));
    Resolved<PretrainConfig> config = ConfigLoader.load(PretrainConfig.class, List.of(), all);
    return new PretrainJob(spark, config, lines::add).run(OutputMode.RESUME);
  }

  @Test
  void itsOneTermIsTrainedReportedAndExportedWithoutADecoder() throws IOException {
    List<String> lines = new ArrayList<>();

    TrainingReport report =
        train(
            "mlm",
            lines,
            "objective.method=mlm",
            "cluster.workers=1",
            "evaluation.holdout_shards=1",
            "logging.tensorboard=true");

    assertTrue(report.finished());
    assertEquals(List.of("mlm"), List.copyOf(report.state().lastLosses().terms().keySet()));
    assertTrue(report.state().lastLosses().total() < report.state().firstLoss());
    assertTrue(lines.stream().anyMatch(l -> l.contains("mlm, no decoder")), lines.toString());
    assertTrue(lines.stream().anyMatch(l -> l.contains(" mlm_loss=")), lines.toString());
    assertTrue(lines.stream().anyMatch(l -> l.contains("eval_mlm_accuracy=")), lines.toString());
    String row =
        Files.readAllLines(folder.resolve("mlm/metrics.jsonl")).stream()
            .filter(line -> line.contains("\"loss\""))
            .findFirst()
            .orElseThrow();
    JsonNode step = new ObjectMapper().readTree(row);
    assertEquals(step.get("loss").asDouble(), step.get("mlm_loss").asDouble());
    assertFalse(step.has("decoder_loss"), step.toString());
    Path export = folder.resolve("mlm/export");
    assertFalse(Files.exists(export.resolve("decoder")));
    String card = Files.readString(export.resolve("README.md"));
    assertTrue(card.contains("# A BERT base model"), card);
    assertTrue(card.contains("at the last (mlm "), card);
    assertFalse(card.contains("decoder/"), card);
  }

  @Test
  void retroMaeGoesOnFromItAndItFromRetroMae() throws IOException {
    List<String> lines = new ArrayList<>();
    train("first", lines, "objective.method=mlm", "cluster.workers=1");

    train("second", lines, "cluster.workers=1", "init.from=" + folder.resolve("first/export"));
    train(
        "third",
        lines,
        "objective.method=mlm",
        "cluster.workers=1",
        "init.from=" + folder.resolve("second/export"));

    assertTrue(lines.stream().anyMatch(l -> l.contains("fresh: c_head (16)")), lines.toString());
    assertTrue(lines.stream().anyMatch(l -> l.contains("not used: c_head (16)")), lines.toString());
    assertTrue(Files.exists(folder.resolve("second/export/decoder")));
    assertFalse(Files.exists(folder.resolve("third/export/decoder")));
  }
}
