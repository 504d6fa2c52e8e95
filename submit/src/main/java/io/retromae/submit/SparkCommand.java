package io.retromae.submit;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.submit.spark.Sessions;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.submit.spark.StartChecks;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** What the commands that compute on Spark have in common; signals end them with 5. */
abstract class SparkCommand extends JobCommand {
  /** Of the estimate, which is an upper limit. */
  private static final double SMALL_HEAP = 0.7;

  private StopSignal stop;
  private int planned = ExitCode.DONE;

  SparkCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    try (StopSignal installed = StopSignal.install()) {
      stop = installed;
      return super.call();
    } catch (RuntimeException e) {
      throw Sessions.meaningOf(e);
    }
  }

  /** What asks this command to end. */
  StopSignal stop() {
    return stop;
  }

  /**
   * The properties that the job will run with; says what may not go well.
   *
   * @param paths that the executors open, by setting
   * @param jobsOwn what the job itself refuses of the properties
   * @throws ConfigException with all that cannot work
   * @throws ClusterException if Spark could not start; a dry run says so and goes on
   */
  SparkSetup setup(
      JobDemand demand, Map<String, String> paths, Function<SparkConf, List<String>> jobsOwn) {
    GivenProperties given = properties();
    SparkSetup plain = SparkSetup.of(given, demand, jobsOwn);
    SparkSetup setup = plain.warning(onLocalDisk(plain.master(), paths));
    List<String> obstacles = StartChecks.problems(setup, System.getenv());
    if (dryRun()) {
      obstacles.forEach(console()::problem);
      planned = obstacles.isEmpty() ? ExitCode.DONE : ExitCode.CLUSTER;
      return setup;
    }
    if (!obstacles.isEmpty()) {
      throw new ClusterException("Spark cannot start: " + String.join("; ", obstacles));
    }
    sparkOptions().refuseWithoutSubmit(given);
    setup.warnings().forEach(console()::warning);
    return setup;
  }

  /** What a dry run says. */
  interface Shown {
    void show() throws IOException;
  }

  /** What is done on Spark; the exit code. */
  interface Work {
    int on(JavaSparkContext spark) throws IOException;
  }

  /** Shows what would be done if this is a dry run, else starts Spark and does it. */
  int showOrDo(SparkSetup setup, JobDemand demand, Shown shown, Work work) throws IOException {
    if (dryRun()) {
      shown.show();
      return planned();
    }
    warnOfSmallHeap(demand);
    try (JavaSparkContext spark = start(setup)) {
      return work.on(spark);
    }
  }

  /** Says how a job ended that goes on by itself when it is started again; the exit code. */
  int ended(boolean done, String result) {
    if (!done) {
      return stopped();
    }
    console().result("done     " + result);
    return ExitCode.DONE;
  }

  /** Says that a job was stopped that goes on by itself when it is started again. */
  int stopped() {
    console().result("stopped; the same command goes on with what is not finished");
    return ExitCode.STOPPED;
  }

  /** What a dry run ends with that got so far: whether Spark could start. */
  int planned() {
    return planned;
  }

  private List<String> onLocalDisk(MasterUrl master, Map<String, String> paths) {
    if (!master.kind().manyHosts()) {
      return List.of();
    }
    List<String> local =
        paths.entrySet().stream()
            .filter(path -> storage().qualify(path.getValue()).startsWith("file:"))
            .map(path -> path.getKey() + " = " + path.getValue())
            .toList();
    return local.isEmpty()
        ? List.of()
        : List.of(
            "%s: on local disk; all hosts must have the same folder there (NFS, say), else use hdfs:// or s3a://"
                .formatted(String.join(", ", local)));
  }

  /** Says so if the heap of this driver is much smaller than what the dry run reckons with. */
  private void warnOfSmallHeap(JobDemand demand) {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    if (heap < demand.driverHeapMb() * SMALL_HEAP) {
      console()
          .warning(
              "the driver's heap is %d MiB, the estimate %d MiB; give --driver-memory %2$dm or RETROMAE_HEAP=%2$dm"
                  .formatted(heap, demand.driverHeapMb()));
    }
  }

  /** Starts Spark; the caller closes it. From here on a signal is a request to the job. */
  JavaSparkContext start(SparkSetup setup) {
    stop.begin();
    return Sessions.start("retromae-" + name(), setup);
  }
}
