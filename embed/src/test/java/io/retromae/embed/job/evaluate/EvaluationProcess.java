package io.retromae.embed.job.evaluate;

import io.retromae.core.output.OutputMode;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.training.worker.LocalCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** The job in a process of its own, on any master, that tells of each finished task. */
final class EvaluationProcess {
  private static final String TASK = "a task ended";
  private static final String DONE = "the report is finished";

  private EvaluationProcess() {}

  /** Runs the job: the master, then settings. */
  public static void main(String[] words) {
    List<String> settings = List.of(words).subList(1, words.length);
    EvaluationRun run = EvaluationRun.into(java.nio.file.Path.of("unused"));
    settings.forEach(run::with);
    try (JavaSparkContext spark = new JavaSparkContext(LocalCluster.conf(words[0]))) {
      spark.sc().addSparkListener(new Teller());
      run.run(spark, OutputMode.RESUME);
    }
    SharedEncoder.closeIdle();
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
   * @param onTask called with the process and the number of tasks that have ended
   * @return whether it came to its end
   */
  static boolean run(String master, EvaluationRun job, ObjIntConsumer<ProcessHandle> onTask)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dfinetune.golden.dir=" + System.getProperty("finetune.golden.dir"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(EvaluationProcess.class.getName());
    command.add(master);
    command.addAll(job.settings());
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
}
