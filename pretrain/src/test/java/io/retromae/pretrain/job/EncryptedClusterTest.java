package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executor JVMs that know Spark's secret, and encrypt because Spark does. */
class EncryptedClusterTest {
  @TempDir Path folder;

  private TrainingReport train(JavaSparkContext spark, String output, String... more)
      throws IOException {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, output));
    settings.add("schedule.max_steps=4");
    settings.addAll(List.of(more));
    var config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    return new PretrainJob(spark, config, line -> {}).run(OutputMode.RESUME);
  }

  @Test
  void workersThatKnowSparksSecretTrainEncrypted() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    SparkConf secure =
        ExecutorLossTest.conf("local-cluster[2,1,1024]")
            .set("spark.authenticate", "true")
            .set("spark.authenticate.secret", "a secret of this application")
            .set("spark.network.crypto.enabled", "true");
    try (JavaSparkContext spark = new JavaSparkContext(secure)) {
      var refused =
          assertThrows(
              ConfigException.class, () -> train(spark, "refused", "cluster.encryption=none"));
      assertTrue(train(spark, "secret").finished());

      assertTrue(refused.getMessage().contains("spark.network.crypto.enabled"));
      assertTrue(Files.notExists(folder.resolve("refused")), "nothing was begun");
    }
  }
}
