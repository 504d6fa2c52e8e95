package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is read twice before the first step: an object store bills and waits for each reading.
 */
class StartReadsTest {
  private static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();

  /** The local file system under a scheme of its own, which counts how often a file is opened. */
  public static final class Counting extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "counted";
    }

    @Override
    public URI getUri() {
      return URI.create("counted:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      OPENED.merge(path.toUri().getPath(), 1, Integer::sum);
      return super.open(path, bufferSize);
    }
  }

  @TempDir private Path folder;

  @BeforeEach
  void corpus() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    OPENED.clear();
  }

  private Resolved<PretrainConfig> config() {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, "run"));
    settings.add("corpus=counted://" + folder.resolve("corpus"));
    settings.add("cluster.workers=2");
    settings.add("schedule.max_steps=1");
    settings.add("checkpoint.save_steps=1");
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings);
  }

  private static Configuration counting(Configuration configuration) {
    configuration.setClass("fs.counted.impl", Counting.class, RawLocalFileSystem.class);
    return configuration;
  }

  private int opened(String name) {
    return OPENED.getOrDefault(folder.resolve("corpus").resolve(name).toString(), 0);
  }

  @Test
  void thePlanReadsManifestAndVocabularyOnceAndNoShard() throws IOException {
    Storage storage = new Storage(counting(new Configuration()));

    PretrainPlan.of(storage, config().value());

    assertEquals(1, opened("_manifest.json.1"));
    assertEquals(1, opened("vocab.txt"));
    assertFalse(OPENED.keySet().stream().anyMatch(path -> path.endsWith(".parquet")));
  }

  @Test
  void driverAndTwoWorkersReadManifestAndVocabularyOnceEach() throws IOException {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("reads")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      counting(spark.hadoopConfiguration());

      new PretrainJob(spark, config(), line -> {}).run(OutputMode.RESUME);
    }

    assertEquals(3, opened("_manifest.json.1"), OPENED::toString);
    assertEquals(3, opened("vocab.txt"), OPENED::toString);
    OPENED.forEach(
        (path, times) -> {
          if (path.endsWith(".parquet")) {
            assertEquals(true, times <= 2, path + " was opened " + times + " times by two workers");
          }
        });
  }
}
