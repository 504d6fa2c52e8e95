package io.retromae.training.attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.spark.ExecutorAllocationClient;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.Iterator;

/**
 * Slots as Spark's own check of barrier stages counts them, less those of executors that Spark
 * excludes after failures: they get no tasks. Spark looks only after a job was submitted, and then
 * for ten minutes without a word; this looks before.
 */
public final class SparkSlots implements Slots {
  private static final String DRIVER = "driver";

  private final SparkContext spark;

  /** Of a context's cluster. */
  public SparkSlots(JavaSparkContext spark) {
    this.spark = spark.sc();
  }

  @Override
  public int all() {
    ResourceProfile profile = spark.resourceProfileManager().defaultResourceProfile();
    int live = spark.maxNumConcurrentTasks(profile);
    return Math.max(0, live - sum(ExecutorSummary::isExcluded, ExecutorSummary::maxTasks));
  }

  @Override
  public int free() {
    if (!canChange()) {
      return all(); // the worker threads of an earlier attempt end by themselves
    }
    int running = sum(executor -> !executor.isExcluded(), ExecutorSummary::activeTasks);
    return Math.max(0, all() - running);
  }

  private int sum(Predicate<ExecutorSummary> which, ToIntFunction<ExecutorSummary> of) {
    return executors().stream().filter(this::counts).filter(which).mapToInt(of).sum();
  }

  /** An executor that is about to go has no slots any more, though tasks may run in it. */
  private boolean counts(ExecutorSummary executor) {
    return !(spark.schedulerBackend() instanceof ExecutorAllocationClient backend)
        || backend.isExecutorActive(executor.id());
  }

  /** The live ones; embedded Spark has only the driver. */
  private List<ExecutorSummary> executors() {
    List<ExecutorSummary> executors = new ArrayList<>();
    Iterator<ExecutorSummary> all = spark.statusStore().executorList(true).iterator();
    while (all.hasNext()) {
      ExecutorSummary executor = all.next();
      if (!canChange() || !executor.id().equals(DRIVER)) {
        executors.add(executor);
      }
    }
    return executors;
  }

  @Override
  public String describe() {
    if (!canChange()) {
      return "%s has %d".formatted(spark.master(), all());
    }
    List<ExecutorSummary> executors = executors();
    SparkConf conf = spark.getConf();
    StringBuilder text = new StringBuilder();
    text.append(
        "the cluster has %d: %d executors with %d cores in all, spark.task.cpus = %d"
            .formatted(
                all(),
                executors.size(),
                executors.stream().mapToInt(ExecutorSummary::totalCores).sum(),
                conf.getInt("spark.task.cpus", 1)));
    if (conf.contains("spark.task.resource.gpu.amount")) {
      int gpus = executors.stream().mapToInt(SparkSlots::gpus).sum();
      text.append(
          ", %d GPUs, spark.task.resource.gpu.amount = %s"
              .formatted(gpus, conf.get("spark.task.resource.gpu.amount")));
    }
    int taken = all() - free();
    return taken == 0 ? text.toString() : text.append("; tasks run in ").append(taken).toString();
  }

  private static int gpus(ExecutorSummary executor) {
    return executor.resources().contains("gpu")
        ? executor.resources().apply("gpu").addresses().length
        : 0;
  }

  @Override
  public boolean canChange() {
    return !spark.master().startsWith("local") || spark.master().startsWith("local-cluster");
  }
}
