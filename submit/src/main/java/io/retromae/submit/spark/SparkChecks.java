package io.retromae.submit.spark;

import io.retromae.submit.spark.MasterUrl.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** What cannot work, and what will not work well, of the properties given and worked out. */
final class SparkChecks {
  private static final String IMAGE = "spark.kubernetes.container.image";
  private static final String DISCOVERY = "spark.executor.resource.gpu.discoveryScript";
  private static final String PLUGIN = "spark.resources.discoveryPlugin";

  private final MasterUrl master;
  private final JobDemand demand;
  private final SparkConf conf;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private SparkChecks(MasterUrl master, JobDemand demand, SparkConf conf) {
    this.master = master;
    this.demand = demand;
    this.conf = conf;
  }

  /** Names and values that were given; all that is wrong with them. */
  static List<String> ofGiven(GivenProperties given) {
    List<String> problems = new ArrayList<>();
    for (SparkProperty property : given.all().values()) {
      SparkKeys.meant(property.key())
          .ifPresent(
              meant ->
                  problems.add(
                      "%s (%s): Spark knows no such property; did you mean '%s'?"
                          .formatted(property.key(), property.reason(), meant)));
      refusal(property)
          .ifPresent(
              why ->
                  problems.add(
                      "%s = %s (%s): %s"
                          .formatted(property.key(), property.shown(), property.reason(), why)));
    }
    return problems;
  }

  /** What is wrong with a value; of a secret only that it is. */
  static Optional<String> refusal(SparkProperty property) {
    return SparkKeys.refusal(property.key(), property.value())
        .map(why -> property.shown().equals(property.value()) ? why : "Spark refuses the value");
  }

  /** The whole set of properties. */
  static SparkChecks of(MasterUrl master, JobDemand demand, SparkConf conf) {
    SparkChecks checks = new SparkChecks(master, demand, conf);
    checks.cores();
    checks.gpus();
    checks.slots();
    checks.image();
    checks.memory();
    return checks;
  }

  List<String> problems() {
    return problems;
  }

  List<String> warnings() {
    return warnings;
  }

  private void cores() {
    if (!master.isCluster() || !conf.contains(SparkSizing.EXECUTOR_CORES)) {
      return;
    }
    int task = conf.getInt(SparkSizing.TASK_CPUS, 1);
    int executor = conf.getInt(SparkSizing.EXECUTOR_CORES, 1);
    if (task > executor) {
      problems.add(
          "spark.task.cpus = %d: more than spark.executor.cores = %d, so no task could ever run; lower it or raise that"
              .formatted(task, executor));
    }
  }

  private void gpus() {
    double task = conf.getDouble(SparkSizing.TASK_GPUS, 0);
    if (task > 1 && demand.barrier()) {
      problems.add(
          "spark.task.resource.gpu.amount = %s: a worker computes on one GPU; set it to 1 and raise cluster.workers"
              .formatted(conf.get(SparkSizing.TASK_GPUS)));
    }
    if (!demand.gpu() || !master.isCluster()) {
      return;
    }
    if (conf.getDouble(SparkSizing.EXECUTOR_GPUS, 0) <= 0 || task <= 0) {
      problems.add(
          ("compute.device = cuda, but workers would get no GPU address from Spark:"
                  + " spark.executor.resource.gpu.amount = %s, spark.task.resource.gpu.amount = %s;"
                  + " set both to 1 or leave them to us, or use compute.device: cpu (see docs/gpu.md)")
              .formatted(
                  conf.get(SparkSizing.EXECUTOR_GPUS, "not set"),
                  conf.get(SparkSizing.TASK_GPUS, "not set")));
    } else if (!announced()) {
      problems.add(
          ("compute.device = cuda: %s does not tell executors their GPUs' addresses; set"
                  + " spark.executor.resource.gpu.discoveryScript to a script that every node or the"
                  + " image has (Spark's own: examples/src/main/scripts/getGpusResources.sh)")
              .formatted(master.kind().words()));
    }
  }

  /** A standalone worker tells its executors; elsewhere a script or plugin must. */
  private boolean announced() {
    boolean byWorker = master.kind() == Kind.STANDALONE;
    return byWorker || conf.contains(DISCOVERY) || conf.contains(PLUGIN);
  }

  private void slots() {
    Optional<Integer> slots = SparkSizing.slots(conf, master);
    if (slots.isEmpty() || !demand.barrier()) {
      return;
    }
    if (slots.get() < demand.leastTasks()) {
      problems.add(
          "training needs %d free task slots at once, %s; %s"
              .formatted(demand.leastTasks(), counted(slots.get()), mend(slots.get())));
    } else if (slots.get() < demand.tasks()) {
      warnings.add(
          "cluster.workers = %d, but %s: training starts with fewer"
              .formatted(demand.tasks(), counted(slots.get())));
    }
  }

  private String counted(int slots) {
    int cpus = conf.getInt(SparkSizing.TASK_CPUS, 1);
    if (!master.isCluster()) {
      return "%s has %d%s"
          .formatted(master.text(), slots, cpus == 1 ? "" : " with spark.task.cpus = " + cpus);
    }
    int cores = conf.getInt(SparkSizing.EXECUTOR_CORES, Math.max(1, master.cores()));
    int perExecutor = Math.max(1, SparkSizing.tasksPerExecutor(conf, master));
    String gpus = conf.get(SparkSizing.EXECUTOR_GPUS, "0");
    return "the settings give %d (%d executors x %d cores, spark.task.cpus = %d%s)"
        .formatted(
            slots,
            slots / perExecutor,
            cores,
            cpus,
            gpus.equals("0") ? "" : ", " + gpus + " GPUs in each");
  }

  private String mend(int slots) {
    return switch (master.kind()) {
      case LOCAL -> "lower cluster.workers or use --master local[%d]".formatted(tasksTimesCpus());
      case LOCAL_CLUSTER -> "lower cluster.workers or give the master more executors";
      case STANDALONE ->
          "lower cluster.workers, raise spark.cores.max, or let cluster.min_workers be %d"
              .formatted(Math.max(1, slots));
      case YARN, KUBERNETES ->
          "lower cluster.workers, raise spark.executor.instances, or let cluster.min_workers be %d"
              .formatted(Math.max(1, slots));
    };
  }

  private int tasksTimesCpus() {
    return demand.leastTasks() * conf.getInt(SparkSizing.TASK_CPUS, 1);
  }

  private void image() {
    boolean any =
        conf.contains(IMAGE) || conf.contains("spark.kubernetes.executor.container.image");
    boolean inDriver = conf.getBoolean("spark.kubernetes.submitInDriver", false);
    if (master.kind() == Kind.KUBERNETES && !any && !inDriver) {
      problems.add(
          "spark.kubernetes.container.image: not set, and Kubernetes starts executors from an image;"
              + " give --conf spark.kubernetes.container.image=REGISTRY/NAME:TAG");
    }
  }

  private void memory() {
    if (!master.kind().manyHosts()) {
      return;
    }
    int tasks = Math.max(1, SparkSizing.tasksPerExecutor(conf, master));
    long heap = conf.getSizeAsMb(SparkSizing.HEAP, "1g");
    if (heap < demand.heapMb(tasks)) {
      warnings.add(
          "spark.executor.memory = %d MiB: the estimate is %d MiB for %d tasks at once; the JVM may run out of heap"
              .formatted(heap, demand.heapMb(tasks), tasks));
    }
    long overhead = overheadMb(heap);
    if (overhead < demand.nativeMb(tasks) && master.kind() != Kind.STANDALONE) {
      warnings.add(
          "spark.executor.memoryOverhead = %d MiB: the estimate is %d MiB for %d tasks at once; %s may end the executor"
              .formatted(overhead, demand.nativeMb(tasks), tasks, master.kind().words()));
    }
  }

  /** As Spark works it out: a share of the heap, 384 MiB at least. */
  private long overheadMb(long heap) {
    if (conf.contains(SparkSizing.OVERHEAD)) {
      return conf.getSizeAsMb(SparkSizing.OVERHEAD, "0");
    }
    double factor = conf.getDouble(SparkSizing.OVERHEAD_FACTOR, 0.1);
    return Math.max(384, Math.round(heap * factor));
  }
}
