package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.output.OutputMode;
import io.retromae.spark.LocalSpark;
import io.retromae.training.attempt.Saboteur;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers in two executor processes, which are killed. */
class ExecutorLossTest {
  @TempDir Path folder;

  @Test
  void killedExecutorsCostNothingButTime() throws IOException {
    TestPairs.write(folder, 150);
    int[] kills = {0};
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              if (by.allReported() && kills[0] < 2 && step == 5 + 4 * kills[0]) {
                by.kill(1 - kills[0]++);
              }
            });
    try (JavaSparkContext spark = LocalSpark.alone(LocalCluster.conf("local-cluster[2,1,1024]"))) {
      train(spark, new Saboteur((step, by) -> {}), "undisturbed");

      TrainingReport report = train(spark, saboteur, "killed");

      assertTrue(report.finished());
    }
    assertEquals(2, saboteur.linesWith("event=failure").size());
    assertArrayEquals(
        TestPairs.weights(folder.resolve("undisturbed")),
        TestPairs.weights(folder.resolve("killed")));
  }

  private TrainingReport train(JavaSparkContext spark, Saboteur saboteur, String output)
      throws IOException {
    return new FinetuneJob(spark, TestPairs.config(folder, output), saboteur)
        .run(OutputMode.RESUME);
  }
}
