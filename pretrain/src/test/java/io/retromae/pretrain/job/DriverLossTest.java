package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.output.OutputMode;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.attempt.Saboteur;
import io.retromae.training.worker.LocalCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver in a process of its own is killed: its executors must not live on. */
class DriverLossTest {
  private static final int ENOUGH_STEPS = 5;

  @TempDir Path folder;

  /** The driver: a run that would take hours. */
  static final class Driver {
    private Driver() {}

    /** Trains in the folder given. */
    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, "run"));
      settings.add("schedule.max_steps=1000000");
      // As seen from here; executors work in folders of their own.
      Path here = Path.of("").toAbsolutePath();
      settings.add("corpus=" + here.relativize(folder.toAbsolutePath().resolve("corpus")));
      var config = ConfigLoader.load(PretrainConfig.class, List.of(), settings);
      try (var spark = new JavaSparkContext(LocalCluster.conf("local-cluster[2,1,1024]"))) {
        new PretrainJob(spark, config, System.out::println).run(OutputMode.RESUME);
      }
    }
  }

  private Process startDriver() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-Dai.djl"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Driver.class.getName(), folder.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void executorsEndWhenTheirDriverIsKilled() throws Exception {
    TestCorpus.write(folder.resolve("corpus"), 600);
    Saboteur console = new Saboteur((step, by) -> {});
    Process driver = startDriver();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && console.linesWith("step=").size() < ENOUGH_STEPS) {
        console.line(line);
        line = lines.readLine();
      }
      assertEquals(2, console.linesWith("event=worker ").size(), "the driver started workers");
      List<ProcessHandle> executors = List.of(console.process(0), console.process(1));
      long killed = System.nanoTime();

      driver.destroyForcibly();

      for (ProcessHandle executor : executors) {
        executor.onExit().get(2, TimeUnit.MINUTES);
        assertFalse(executor.isAlive());
      }
      System.out.printf(
          "driver killed: executors ended after %.1f s%n", (System.nanoTime() - killed) / 1e9);
    } finally {
      driver.destroyForcibly();
    }
  }
}
