package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.attempt.RunConsole;
import io.retromae.training.attempt.Saboteur;
import io.retromae.training.attempt.TrainingReport;
import io.retromae.training.worker.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One training, many deaths of executors: {@code -Dretromae.kills=100}; about seven seconds each.
 * {@code -Dretromae.kills.seed} repeats a run's choice of steps and ranks.
 */
@EnabledIfSystemProperty(named = "retromae.kills", matches = "[1-9][0-9]*")
class RandomKillsTest {
  private static final int STEPS_PER_KILL = 4;

  @TempDir Path folder;

  private Resolved<PretrainConfig> config(String output, int kills) {
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, output));
    settings.add("schedule.max_steps=" + STEPS_PER_KILL * (kills + 1));
    settings.add("data.gradient_accumulation_steps=4");
    settings.add("checkpoint.save_steps=1");
    settings.add("checkpoint.save_total_limit=2");
    settings.add("cluster.max_failures_without_progress=20");
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings);
  }

  /** Kills a random rank at a random moment after a step; never more than once an attempt. */
  private static final class Killer implements Saboteur.Deed {
    private final Random random;
    private final int kills;
    private int done;
    private long next = 1;

    Killer(long seed, int kills) {
      this.random = new Random(seed);
      this.kills = kills;
    }

    @Override
    public void after(long step, Saboteur by) {
      if (done < kills && step >= next && by.allReported()) {
        done++;
        next = step + random.nextInt(STEPS_PER_KILL);
        pause(random.nextInt(30));
        by.kill(random.nextInt(2));
      }
    }

    /** So that deaths meet computing, exchanging and saving alike. */
    private static void pause(long millis) {
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void manyKillsCostNothingButTime() throws IOException {
    int kills = Integer.getInteger("retromae.kills");
    long seed =
        Long.getLong("retromae.kills.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    System.out.println("random kills: " + kills + ", retromae.kills.seed=" + seed);
    TestCorpus.write(folder.resolve("corpus"), 600);
    Killer killer = new Killer(seed, kills);
    Saboteur saboteur = new Saboteur(killer);
    try (var spark = new JavaSparkContext(LocalCluster.conf("local-cluster[2,1,1024]"))) {
      RunConsole nobody = line -> {};
      new PretrainJob(spark, config("undisturbed", kills), nobody).run(OutputMode.RESUME);

      TrainingReport report =
          new PretrainJob(spark, config("killed", kills), saboteur).run(OutputMode.RESUME);

      assertTrue(report.finished());
    }
    System.out.println("random kills: " + saboteur.summary());
    assertEquals(kills, killer.done);
    assertEquals(kills, saboteur.linesWith("event=failure").size());
    assertArrayEquals(
        PretrainJobTest.weights(folder.resolve("undisturbed")),
        PretrainJobTest.weights(folder.resolve("killed")));
  }
}
