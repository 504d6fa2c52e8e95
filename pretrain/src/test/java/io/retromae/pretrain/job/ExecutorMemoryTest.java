package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.estimate.PretrainCost;
import io.retromae.training.estimate.WorkerMemory;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an executor holds over many steps of rows of every length, in a process of its own. */
class ExecutorMemoryTest {
  private static final int STEPS = 600;
  private static final int SECOND_HALF = 300;
  private static final double MIB = 1 << 20;
  private static final double MB = 1e6;

  /** A small heap that is there from the start: what grows then is outside of it. */
  private static final int HEAP_MB = 480;

  private static final String JAVA_OPTIONS =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms%dm -Xmn32m -XX:+AlwaysPreTouch"
          .formatted(HEAP_MB);

  @TempDir static Path folder;

  @BeforeAll
  static void writeCorpus() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 4 * STEPS, 8192, 126);
  }

  /** As submit sets it for every training. */
  @Test
  void anExecutorStaysAsLargeAsItIsAndBelowItsContainer() throws IOException {
    Map<Integer, Double> held = train("flat", STEPS, "glibc.malloc.tcache_count=0");

    double growth = most(held, STEPS) / most(held, SECOND_HALF) - 1;
    assertTrue(growth < 0.05, "grew by " + growth + ": " + everyFiftieth(held));
    assertBelowContainer(held);
  }

  /**
   * Where glibc keeps its cache of small pieces, as under a spark-submit of the user's own. Trims
   * may take a share of the time only, so a machine that is busy with something else holds them
   * back: then another run tells.
   */
  @Test
  void trimsHoldAnExecutorBelowItsContainerWithoutHelpOfTheEnvironment() throws IOException {
    String tunables = "glibc.malloc.tcache_count=7";
    Map<Integer, Double> held = train("trimmed", SECOND_HALF, tunables);

    assertBelowContainer(
        most(held, STEPS) * MB < container() ? held : train("again", SECOND_HALF, tunables));
  }

  /** MB that the executor held at each step. */
  private static Map<Integer, Double> train(String output, int steps, String tunables)
      throws IOException {
    SparkConf conf =
        LocalCluster.conf("local-cluster[1,1,%d]".formatted(HEAP_MB))
            .set("spark.executor.memory", HEAP_MB + "m")
            .set("spark.executor.extraJavaOptions", JAVA_OPTIONS)
            .set("spark.executorEnv.GLIBC_TUNABLES", tunables);
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      Resolved<PretrainConfig> config = config(output, steps);
      assertTrue(new PretrainJob(spark, config, line -> {}).run(OutputMode.RESUME).finished());
    }
    Map<Integer, Double> held = new TreeMap<>();
    ObjectMapper mapper = new ObjectMapper();
    for (String line : Files.readAllLines(folder.resolve(output).resolve("metrics.jsonl"))) {
      JsonNode row = mapper.readTree(line);
      if (row.has("rss_mb")) {
        held.put(row.get("step").asInt(), row.get("rss_mb").asDouble());
      }
    }
    assertEquals(steps, held.size());
    System.out.println(tunables + ": MB " + everyFiftieth(held));
    return held;
  }

  private static List<Double> everyFiftieth(Map<Integer, Double> held) {
    return held.entrySet().stream()
        .filter(e -> e.getKey() % 50 == 0)
        .map(Map.Entry::getValue)
        .toList();
  }

  private static Resolved<PretrainConfig> config(String output, int steps) {
    List<String> settings =
        List.of(
            "corpus=" + folder.resolve("corpus"),
            "output=" + folder.resolve(output),
            "init.config.hidden_size=64",
            "init.config.num_hidden_layers=2",
            "init.config.num_attention_heads=2",
            "init.config.max_position_embeddings=128",
            "data.max_seq_length=128",
            "data.logical_shards=1",
            "data.per_device_train_batch_size=4",
            "schedule.max_steps=" + steps,
            "checkpoint.save_steps=150",
            "logging.logging_steps=1",
            "cluster.workers=1");
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings);
  }

  private static double most(Map<Integer, Double> held, int upTo) {
    return held.entrySet().stream()
        .filter(e -> e.getKey() <= upTo)
        .mapToDouble(Map.Entry::getValue)
        .max()
        .orElseThrow();
  }

  private static void assertBelowContainer(Map<Integer, Double> held) throws IOException {
    double container = container();
    assertTrue(
        most(held, STEPS) * MB < container, everyFiftieth(held) + ", container " + container / MB);
  }

  private static double container() throws IOException {
    PretrainConfig config = config("none", STEPS).value();
    PretrainPlan plan = PretrainPlan.of(new Storage(new Configuration()), config);
    WorkerMemory memory =
        PretrainCost.memory(plan.start().shape(), config, plan.start().objective());
    return HEAP_MB * MIB + 1.1 * memory.outsideHeap();
  }
}
