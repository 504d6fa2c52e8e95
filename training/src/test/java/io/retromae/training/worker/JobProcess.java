package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.ObjIntConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * A job in a process of its own, on any master, that tells of each finished task.
 *
 * @param job what it does; has a constructor without parameters
 * @param settings what the job is told
 */
public record JobProcess(Class<? extends Job> job, List<String> settings) {
  private static final String TASK = "a task ended";
  private static final String DONE = "the job is finished";

  /** What such a process does. */
  public interface Job {
    /** Runs to the end. */
    void run(JavaSparkContext spark, List<String> settings) throws Exception;
  }

  /** The process: the class of the job, the master, then settings. */
  public static void main(String[] words) throws Exception {
    var constructor = Class.forName(words[0]).asSubclass(Job.class).getDeclaredConstructor();
    constructor.setAccessible(true); // of tests in other packages
    try (JavaSparkContext spark = new JavaSparkContext(LocalCluster.conf(words[1]))) {
      spark.sc().addSparkListener(new Teller());
      constructor.newInstance().run(spark, List.of(words).subList(2, words.length));
    }
    System.out.println(DONE);
    System.exit(0);
  }

  private static final class Teller extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      System.out.println(TASK);
    }
  }

  /** Runs undisturbed; whether it came to its end. */
  public boolean run(String master) throws IOException, InterruptedException {
    return run(master, (process, tasks) -> {});
  }

  /**
   * Kills the driver with -9 and starts it again until it comes to its end.
   *
   * @param tasks how many tasks have ended in a process when it is killed, by the kills before
   * @return how often it was killed
   */
  public int runKillingDrivers(String master, IntUnaryOperator tasks)
      throws IOException, InterruptedException {
    AtomicInteger kills = new AtomicInteger();
    boolean done = false;
    while (!done) {
      int after = tasks.applyAsInt(kills.get());
      done =
          run(
              master,
              (process, ended) -> {
                if (ended == after) {
                  process.destroyForcibly(); // SIGKILL
                  kills.incrementAndGet();
                }
              });
      assertTrue(kills.get() < 20, "it makes progress");
    }
    return kills.get();
  }

  /**
   * Runs on two executors and kills one with -9 each time so many tasks have ended.
   *
   * @return how many were killed
   */
  public int runKillingExecutors(Set<Integer> tasks) throws IOException, InterruptedException {
    AtomicInteger kills = new AtomicInteger();
    boolean done =
        run(
            "local-cluster[2,1,1024]",
            (process, ended) -> {
              if (tasks.contains(ended)) {
                kills.addAndGet(killAnExecutor(process));
              }
            });
    assertTrue(done, "it comes to its end");
    return kills.get();
  }

  private boolean run(String master, ObjIntConsumer<ProcessHandle> onTask)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dfinetune.golden.dir=" + System.getProperty("finetune.golden.dir"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(JobProcess.class.getName(), job.getName(), master));
    command.addAll(settings);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    boolean done = false;
    int tasks = 0;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        done |= line.equals(DONE);
        if (line.equals(TASK)) {
          tasks++;
          onTask.accept(process.toHandle(), tasks);
        }
      }
    } catch (IOException e) {
      done = false; // the stream breaks by a kill only
    }
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("the job does not end");
    }
    return done;
  }

  /** Kills an executor: the only children of a driver that run Java; how many it killed. */
  private static int killAnExecutor(ProcessHandle driver) {
    return driver
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .findFirst()
        .map(process -> process.destroyForcibly() ? 1 : 0)
        .orElse(0);
  }
}
