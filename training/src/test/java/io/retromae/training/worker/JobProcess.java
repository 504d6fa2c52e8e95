package io.retromae.training.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** A job in a process of its own, on any master, that tells of each finished task. */
public final class JobProcess {
  private static final String TASK = "a task ended";
  private static final String DONE = "the job is finished";

  private JobProcess() {}

  /** What such a process does. */
  public interface Job {
    /** Runs to the end. */
    void run(JavaSparkContext spark, List<String> settings) throws Exception;
  }

  /**
   * The main of such a process; ends it.
   *
   * @param words the master, then settings
   */
  public static void main(String[] words, Job job) throws Exception {
    List<String> settings = List.of(words).subList(1, words.length);
    try (JavaSparkContext spark = new JavaSparkContext(LocalCluster.conf(words[0]))) {
      spark.sc().addSparkListener(new Teller());
      job.run(spark, settings);
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

  /**
   * Runs a job in its own process.
   *
   * @param main class whose main calls {@link #main}
   * @param onTask called with the process and the number of tasks that have ended
   * @return whether it came to its end
   */
  public static boolean run(
      Class<?> main, String master, List<String> settings, ObjIntConsumer<ProcessHandle> onTask)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dfinetune.golden.dir=" + System.getProperty("finetune.golden.dir"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.add(master);
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
  public static int killAnExecutor(ProcessHandle driver) {
    return driver
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .findFirst()
        .map(process -> process.destroyForcibly() ? 1 : 0)
        .orElse(0);
  }
}
