package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.shard.CorpusVerifier;
import io.retromae.spark.LocalSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers and executors killed with -9 in the middle of the corpus job. */
class EtlKillTest {

  @TempDir static Path folder;

  /** Of the shards that a job leaves which nobody disturbs. */
  private static List<String> expected;

  @BeforeAll
  static void runUndisturbed() {
    job("undisturbed").run();
    expected = hashes("undisturbed");
  }

  private static EtlRun job(String output) {
    return EtlRun.ofExamples(folder.resolve(output));
  }

  private static List<String> hashes(String output) {
    return EtlRun.hashes(folder.resolve(output));
  }

  /** Runs the job in its own process; kills it when so many tasks have ended. */
  private boolean finishes(String output, int killAfterTasks) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(KilledJob.class.getName());
    command.addAll(job(output).settings());
    Process job =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    boolean done = false;
    int tasks = 0;
    try (BufferedReader lines = job.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        done |= line.equals(KilledJob.DONE);
        tasks += line.equals(KilledJob.TASK) ? 1 : 0;
        if (tasks == killAfterTasks) {
          job.destroyForcibly(); // SIGKILL
        }
      }
    } catch (IOException e) {
      assertTrue(tasks >= killAfterTasks, "the stream breaks only by the kill: " + e);
    }
    assertTrue(job.waitFor(2, TimeUnit.MINUTES));
    return done;
  }

  @Test
  void aDriverKilledAgainAndAgainGoesOnToTheSameBytes() throws Exception {
    int kills = 0;
    while (!finishes("killed", 3 + 4 * kills)) {
      kills++;
      assertTrue(kills < 20, "it makes progress");
    }

    assertTrue(kills > 1, "killed " + kills + " times");
    assertEquals(expected, hashes("killed"));
    String corpus = folder.resolve("killed").toString();
    assertEquals(expected.size(), CorpusVerifier.verify(EtlRun.STORAGE, corpus).shards());
    assertEquals(List.of(), CorpusGarbage.list(EtlRun.STORAGE, corpus));
  }

  @Test
  void killedExecutorsCostNothingButTime() {
    SparkConf cluster =
        LocalSpark.conf("local-cluster[2,1,1024]")
            .set("spark.executor.memory", "1g")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    AtomicInteger tasks = new AtomicInteger();
    AtomicInteger kills = new AtomicInteger();
    try (JavaSparkContext spark = LocalSpark.alone(cluster)) { // has executors to kill
      spark
          .sc()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                  int ended = tasks.incrementAndGet();
                  if (ended == 4 || ended == 16) {
                    kills.addAndGet(killAnExecutor());
                  }
                }
              });
      job("executors").run(spark);
    }

    assertEquals(2, kills.get());
    assertEquals(expected, hashes("executors"));
  }

  /** The only children of this process that run Java are the cluster's executors. */
  private static int killAnExecutor() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .findFirst()
        .map(process -> process.destroyForcibly() ? 1 : 0)
        .orElse(0);
  }
}
