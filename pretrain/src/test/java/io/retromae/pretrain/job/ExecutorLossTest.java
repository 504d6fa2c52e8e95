package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers in executor JVMs of their own; one is killed with -9 in the middle. */
class ExecutorLossTest {
  private static final Pattern WORKER = Pattern.compile("event=worker rank=(\\d+) .*pid=(\\d+)");

  @TempDir Path folder;

  static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.executor.memory", "1g")
        .set("spark.executor.cores", "1")
        .set("spark.cores.max", "2")
        .set("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "120")
        .set("spark.barrier.sync.timeout", "60s")
        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .set("spark.executorEnv.DJL_CACHE_DIR", System.getenv("DJL_CACHE_DIR"))
        .set("spark.executorEnv.OMP_NUM_THREADS", "1");
  }

  private Resolved<PretrainConfig> config(String output) {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, output));
    settings.add("checkpoint.save_total_limit=2");
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings);
  }

  @Test
  void aKilledExecutorCostsNothingButTime() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    try (JavaSparkContext spark = new JavaSparkContext(conf("local[2]"))) {
      new PretrainJob(spark, config("undisturbed"), line -> {}).run(OutputMode.RESUME);
    }
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Map<Integer, Long> pids = new ConcurrentHashMap<>();
    TrainingReport report;
    try (JavaSparkContext spark = new JavaSparkContext(conf("local-cluster[2,1,1024]"))) {
      report =
          new PretrainJob(
                  spark,
                  config("killed"),
                  line -> {
                    lines.add(line);
                    Matcher worker = WORKER.matcher(line);
                    if (worker.find()) {
                      pids.put(Integer.valueOf(worker.group(1)), Long.valueOf(worker.group(2)));
                    }
                    boolean first = lines.stream().noneMatch(l -> l.contains("event=failure"));
                    if (line.startsWith("step=6 ") && first) {
                      ProcessHandle.of(pids.get(1)).orElseThrow().destroyForcibly();
                    }
                  })
              .run(OutputMode.RESUME);
    }

    assertTrue(report.finished());
    assertEquals(2, pids.size());
    String failure =
        lines.stream().filter(l -> l.contains("event=failure")).findFirst().orElseThrow();
    assertTrue(failure.contains("rank 1 ("), failure);
    assertTrue(failure.contains("continuing from step 4"), failure);
    assertArrayEquals(
        PretrainJobTest.weights(folder.resolve("undisturbed")),
        PretrainJobTest.weights(folder.resolve("killed")));
  }
}
