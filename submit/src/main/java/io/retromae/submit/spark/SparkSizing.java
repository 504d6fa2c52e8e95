package io.retromae.submit.spark;

import io.retromae.submit.spark.MasterUrl.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * Works out the properties that the user has not given from what the job demands. Each builds on
 * those before it, given or ours: cores decide how many tasks an executor holds, that its memory.
 */
final class SparkSizing {
  static final String EXECUTOR_CORES = "spark.executor.cores";
  static final String TASK_CPUS = "spark.task.cpus";
  static final String INSTANCES = "spark.executor.instances";
  static final String CORES_MAX = "spark.cores.max";
  static final String HEAP = "spark.executor.memory";
  static final String OVERHEAD = "spark.executor.memoryOverhead";
  static final String OVERHEAD_FACTOR = "spark.executor.memoryOverheadFactor";
  static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  static final String SERIALIZER = "spark.serializer";

  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";
  private static final String TUNABLES = "spark.executorEnv.GLIBC_TUNABLES";
  private static final String NO_CACHE = "glibc.malloc.tcache_count=0";

  private static final String UTF8 = "C.UTF-8";

  /** Most executors that a job asks for which runs with any number. */
  private static final int MOST_EXECUTORS = 16;

  private final MasterUrl master;
  private final JobDemand demand;
  private final SparkConf conf;
  private final List<SparkProperty> ours = new ArrayList<>();

  private SparkSizing(MasterUrl master, JobDemand demand, SparkConf given) {
    this.master = master;
    this.demand = demand;
    this.conf = given.clone();
  }

  /** What is to be added to the given properties, in the order of the reasons. */
  static List<SparkProperty> of(MasterUrl master, JobDemand demand, SparkConf given) {
    SparkSizing sizing = new SparkSizing(master, demand, given);
    sizing.always();
    if (master.isCluster()) {
      sizing.locale();
      sizing.cores();
      sizing.gpus();
      sizing.memory();
      sizing.executors();
    } else {
      sizing.oneMachine();
    }
    if (demand.usesLibtorch()) {
      sizing.tunables();
    }
    if (demand.barrier()) {
      sizing.training();
    }
    return sizing.ours;
  }

  private void set(String key, Object value, String reason) {
    if (!conf.contains(key)) {
      conf.set(key, value.toString());
      ours.add(new SparkProperty(key, value.toString(), reason));
    }
  }

  private void always() {
    set("spark.ui.showConsoleProgress", "false", "the job prints its own progress");
    set("spark.executorEnv.OMP_NUM_THREADS", "1", "OpenMP's own default: all cores of the host");
    serializer();
  }

  /** The one property that a job takes from the user: with another it could not run at all. */
  private void serializer() {
    if (!conf.get(SERIALIZER, JAVA).equals(JAVA)) {
      conf.set(SERIALIZER, JAVA);
      ours.add(
          new SparkProperty(
              SERIALIZER, JAVA, "what tasks are sent are Java's records, which Kryo cannot read"));
    }
  }

  /** Java takes the encoding of file names from it; in POSIX it can name nothing but ASCII. */
  private void locale() {
    String why = "file names in UTF-8, whatever the locale there";
    set("spark.executorEnv.LC_ALL", UTF8, why);
    if (conf.get("spark.submit.deployMode", "client").equals("cluster")) {
      if (master.kind() == Kind.YARN) {
        set("spark.yarn.appMasterEnv.LC_ALL", UTF8, why);
      } else if (master.kind() == Kind.KUBERNETES) {
        set("spark.kubernetes.driverEnv.LC_ALL", UTF8, why);
      }
    }
  }

  private void oneMachine() {
    set("spark.driver.host", "127.0.0.1", "nothing outside this machine has to reach the driver");
    set("spark.driver.bindAddress", "127.0.0.1", "the same");
    set("spark.ui.enabled", "false", "no port for a short job on one machine");
  }

  private void training() {
    set(DYNAMIC, "false", "Spark runs no barrier stage with it");
    set("spark.speculation", "false", "a second copy of a worker would train on its own");
    set("spark.barrier.sync.timeout", "600s", "a worker that does not come; default: a year");
    set("spark.task.reaper.enabled", "true", "a worker that hangs in native code is ended");
    set("spark.task.reaper.killTimeout", "120s", "so long after it was cancelled");
    if (master.isCluster()) {
      set(
          "spark.executor.extraJavaOptions",
          "-XX:MaxDirectMemorySize=512m",
          "copies between host and wire are the JVM's only direct memory");
    }
  }

  /** Spark replaces the variable that executors would have, so all that it is to say goes in. */
  private void tunables() {
    Optional<String> given =
        Optional.ofNullable(conf.get(TUNABLES, System.getenv("GLIBC_TUNABLES")));
    String all = withoutCache(given.orElse(""));
    if (!all.equals(conf.get(TUNABLES, ""))) {
      conf.set(TUNABLES, all);
      String why = "with glibc's cache of small pieces the memory of tensors is not used again";
      ours.add(new SparkProperty(TUNABLES, all, why));
    }
  }

  /** Tunables of glibc with ours behind them, unless they speak of the cache themselves. */
  static String withoutCache(String given) {
    if (given.isEmpty()) {
      return NO_CACHE;
    }
    return (":" + given).contains(":glibc.malloc.tcache_count=") ? given : given + ":" + NO_CACHE;
  }

  private void cores() {
    int cores = demand.taskCores();
    if (demand.barrier()) {
      set(TASK_CPUS, cores, demand.coresReason());
      int given = conf.getInt(TASK_CPUS, 1);
      set(EXECUTOR_CORES, given, "one worker in each executor: native memory ends with it");
    } else if (master.kind().manyHosts()) {
      set(EXECUTOR_CORES, cores, demand.coresReason());
    }
  }

  private void gpus() {
    boolean given = conf.contains(EXECUTOR_GPUS);
    if (demand.gpu()) {
      set(EXECUTOR_GPUS, byCores(conf, master), "one GPU for each worker of an executor");
    }
    if ((demand.barrier() || demand.gpu()) && amount(conf, EXECUTOR_GPUS) > 0) {
      set(TASK_GPUS, "1", "a worker computes on one GPU");
    }
    if (demand.gpu() && !given && master.kind() == Kind.KUBERNETES) {
      set("spark.executor.resource.gpu.vendor", "nvidia.com", "the device plugin's name");
    }
  }

  private void memory() {
    int tasks = Math.max(1, tasksPerExecutor(conf, master));
    if (master.kind() == Kind.LOCAL_CLUSTER) {
      set(HEAP, master.memoryMb() + "m", "as the master URL has it");
      return;
    }
    String each = tasks == 1 ? "one task" : tasks + " tasks at once";
    set(HEAP, demand.heapMb(tasks) + "m", "heap of an executor with " + each);
    if (!conf.contains(OVERHEAD_FACTOR)) {
      set(OVERHEAD, demand.nativeMb(tasks) + "m", "outside the heap, " + each);
    }
  }

  private void executors() {
    if (master.kind() == Kind.LOCAL_CLUSTER || conf.getBoolean(DYNAMIC, false)) {
      return;
    }
    int perExecutor = Math.max(1, tasksPerExecutor(conf, master));
    int executors = (demand.tasks() + perExecutor - 1) / perExecutor;
    String what;
    if (demand.barrier()) {
      what = "cluster.workers = %d, %d in each".formatted(demand.tasks(), perExecutor);
    } else {
      executors = Math.min(executors, MOST_EXECUTORS);
      what =
          "%d tasks in the inputs, %d executors at most".formatted(demand.tasks(), MOST_EXECUTORS);
    }
    if (master.kind() == Kind.STANDALONE) {
      if (demand.barrier()) { // a job that takes any number leaves it to the cluster
        set(CORES_MAX, executors * conf.getInt(EXECUTOR_CORES, 1), what + "; else all there are");
      }
    } else {
      set(INSTANCES, executors, what);
    }
  }

  /** Tasks that an executor has room for, by cores and, where they count, GPUs; 0 for none. */
  static int tasksPerExecutor(SparkConf conf, MasterUrl master) {
    double task = amount(conf, TASK_GPUS);
    int byCores = byCores(conf, master);
    return task <= 0 ? byCores : (int) Math.min(byCores, amount(conf, EXECUTOR_GPUS) / task);
  }

  private static int byCores(SparkConf conf, MasterUrl master) {
    int standard = master.kind() == Kind.LOCAL_CLUSTER ? master.cores() : 1;
    return conf.getInt(EXECUTOR_CORES, standard) / Math.max(1, conf.getInt(TASK_CPUS, 1));
  }

  private static double amount(SparkConf conf, String key) {
    return conf.getDouble(key, 0);
  }

  /**
   * Tasks that can run at once; empty if the properties do not tell, as on a standalone cluster
   * that gives all it has.
   */
  static Optional<Integer> slots(SparkConf conf, MasterUrl master) {
    int cpus = Math.max(1, conf.getInt(TASK_CPUS, 1));
    int perExecutor = tasksPerExecutor(conf, master);
    return switch (master.kind()) {
      case LOCAL -> Optional.of(master.cores() / cpus);
      case LOCAL_CLUSTER -> Optional.of(master.executors() * perExecutor);
      case STANDALONE ->
          Optional.of(CORES_MAX)
              .filter(conf::contains)
              .map(key -> conf.getInt(key, 0) / conf.getInt(EXECUTOR_CORES, 1) * perExecutor);
      case YARN, KUBERNETES ->
          conf.getBoolean(DYNAMIC, false)
              ? Optional.empty()
              : Optional.of(conf.getInt(INSTANCES, 2) * perExecutor);
    };
  }
}
