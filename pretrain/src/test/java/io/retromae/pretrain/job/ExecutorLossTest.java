package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.attempt.Saboteur;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Iterator;
import scala.collection.immutable.Map$;

/** Workers in two executor processes, which are killed, halted, taken away and given back. */
class ExecutorLossTest {
  private static final int STEPS = 30;

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600);
    spark = new JavaSparkContext(LocalCluster.conf("local-cluster[2,1,1024]"));
    CountingListener counters = new CountingListener();
    spark.sc().addSparkListener(counters);
    assertTrue(train(new Saboteur((step, by) -> {}), "undisturbed").finished());
    counted = counters.values;
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Map<String, Long> counted = Map.of();

  /** Keeps what the Spark UI would show of our accumulators. */
  private static final class CountingListener extends SparkListener {
    private final Map<String, Long> values = new ConcurrentHashMap<>();

    @Override
    public void onStageCompleted(SparkListenerStageCompleted stage) {
      Iterator<AccumulableInfo> all = stage.stageInfo().accumulables().valuesIterator();
      while (all.hasNext()) {
        AccumulableInfo info = all.next();
        if (info.name().get().startsWith("retromae.")) {
          values.put(info.name().get(), (Long) info.value().get());
        }
      }
    }
  }

  private static TrainingReport train(Saboteur saboteur, String output, String... more)
      throws IOException {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, output));
    settings.add("schedule.max_steps=" + STEPS);
    settings.add("data.gradient_accumulation_steps=4");
    settings.add("checkpoint.save_steps=2");
    settings.add("checkpoint.save_total_limit=2");
    settings.addAll(Arrays.asList(more));
    Resolved<PretrainConfig> config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
    return new PretrainJob(spark, config, saboteur).run(OutputMode.RESUME);
  }

  private static void assertUndisturbed(String output) throws IOException {
    assertArrayEquals(
        PretrainJobTest.weights(folder.resolve("undisturbed")),
        PretrainJobTest.weights(folder.resolve(output)));
  }

  @Test
  void killsAtRandomStepsCostNothingButTime() throws IOException {
    Random random = new Random(11);
    long[] next = {3};
    int[] kills = {0};
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              if (by.allReported() && step >= next[0] && kills[0] < 5) {
                kills[0]++;
                next[0] = step + 1 + random.nextInt(4);
                by.kill(random.nextInt(2));
              }
            });

    TrainingReport report = train(saboteur, "killed");

    System.out.println("executor killed 5 times: " + saboteur.times());
    assertTrue(report.finished());
    assertEquals(5, kills[0]);
    List<String> failures = saboteur.linesWith("event=failure");
    assertEquals(5, failures.size(), failures.toString());
    for (String failure : failures) {
      assertTrue(failure.matches(".*\"rank [01] \\(.*"), failure);
    }
    assertUndisturbed("killed");
  }

  @Test
  void aHaltedExecutorIsNamedAndReplaced() throws IOException {
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              if (step == 5 && by.linesWith("event=failure").isEmpty()) {
                by.halt(1);
              }
            });

    TrainingReport report = train(saboteur, "halted", "cluster.timeout_seconds=3");

    System.out.println("executor halted: " + saboteur.times());
    assertTrue(report.finished());
    List<String> failures = saboteur.linesWith("event=failure");
    assertTrue(failures.get(0).contains("rank 1 "), failures.toString());
    assertUndisturbed("halted");
  }

  @Test
  void anExecutorThatIsGoneForGoodIsDoneWithoutUntilItReturns() throws IOException {
    Saboteur saboteur =
        new Saboteur(
            (step, by) -> {
              if (step == 5 && by.linesWith("event=failure").isEmpty()) {
                spark.sc().killExecutor(by.executor(1));
              }
              if (step == 9 && !by.linesWith("workers=1 instead of 2").isEmpty()) {
                by.pauseUntilAnExecutorComes(0); // or the run would be done before
                spark.sc().requestTotalExecutors(2, 0, Map$.MODULE$.empty());
              }
            });

    TrainingReport report =
        train(saboteur, "elastic", "cluster.min_workers=1", "cluster.slots_timeout_seconds=2");

    assertTrue(report.finished());
    assertEquals(1, saboteur.linesWith("workers=1 instead of 2").size());
    assertEquals(1, saboteur.linesWith("workers=2 instead of 1").size());
    String metrics = Files.readString(folder.resolve("elastic/metrics.jsonl"));
    assertTrue(metrics.contains("\"event\":\"world_size\",\"from\":2,\"to\":1"), metrics);
    assertUndisturbed("elastic");
  }

  @Test
  void moreWorkersThanSlotsAreRefusedInSeconds() {
    var refusal =
        assertThrows(
            ClusterException.class,
            () ->
                train(
                    new Saboteur((step, by) -> {}),
                    "crowd",
                    "cluster.workers=4",
                    "cluster.slots_timeout_seconds=1"));

    assertTrue(
        refusal
            .getMessage()
            .contains(
                "needs 4 free task slots at once, the cluster has 2: 2 executors with 2 cores"),
        refusal.getMessage());
  }

  @Test
  void sparkKnowsWhatTheWorkersDid() {
    assertEquals(STEPS, counted.get("retromae.steps"), counted.toString());
    assertEquals(STEPS * 128L, counted.get("retromae.samples"), counted.toString());
    assertTrue(counted.get("retromae.compute_ms") > 0, counted.toString());
    assertEquals(7, counted.size(), counted.toString());
  }
}
