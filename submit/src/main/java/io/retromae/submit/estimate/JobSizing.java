package io.retromae.submit.estimate;

import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.job.EmbedPlan;
import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.evaluate.EvaluationEstimate;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.finetune.mine.MiningEstimate;
import io.retromae.finetune.mine.MiningPlan;
import io.retromae.finetune.pairs.job.PairsPlan;
import io.retromae.submit.spark.GivenProperties;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.MasterUrl;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.estimate.WorkerMemory;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.settings.DeviceSetting;
import java.util.Optional;

/** Sizes what each job needs of Spark, from its settings and inputs. */
public final class JobSizing {
  private static final long MIB = 1L << 20;

  /** Heap of Spark itself in an executor, in MiB. */
  private static final long SPARK_HEAP_MB = 512;

  /**
   * Heap of a task that cleans or shuffles, in MiB: docs/performance.md, "Corpus job", one slot
   * with 1 GB.
   */
  private static final long ETL_TASK_HEAP_MB = 1024;

  /**
   * Heap of a task that embeds, in MiB: a window of token ids and vectors, a text of any length, a
   * row group that is written.
   */
  private static final long EMBED_TASK_HEAP_MB = 512;

  /** The JVM outside its heap with libtorch's code. */
  private static final long LIBTORCH_MB = 768;

  /** The JVM outside its heap where nothing native computes; Spark's own least. */
  private static final long PLAIN_NATIVE_MB = 384;

  private static final long DRIVER_HEAP_MB = 2048;

  private JobSizing() {}

  /** Of a training. */
  public static JobDemand training(TrainingCost cost, GivenProperties given, MasterUrl master) {
    ClusterSettings cluster = cost.settings().cluster();
    int workers = cluster.workers();
    int least = cluster.minWorkers().orElse(workers);
    WorkerMemory memory = cost.memory();
    boolean gpu = cost.settings().compute().device() == DeviceSetting.CUDA;
    long perTask = gpu ? memory.outsideHeapWithGpu() : memory.outsideHeap();
    Cores cores = trainingCores(cluster, given, gpu);
    long taskHeap = memory.heap() / MIB;
    return new JobDemand(
        workers,
        least,
        true,
        cores.number(),
        cores.reason(),
        gpu,
        SPARK_HEAP_MB,
        taskHeap,
        memory.runtime() / MIB,
        (perTask - memory.runtime()) / MIB,
        driver(master, SPARK_HEAP_MB + workers * taskHeap, exportMb(cost)));
  }

  /**
   * All weights in float32, which the driver holds while it makes the first ones and the export.
   */
  private static long exportMb(TrainingCost cost) {
    return SPARK_HEAP_MB + 2 * Float.BYTES * cost.parameters() / MIB;
  }

  private record Cores(int number, String reason) {}

  private static Cores trainingCores(ClusterSettings cluster, GivenProperties given, boolean gpu) {
    Optional<Integer> threads = cluster.threadsPerWorker();
    if (threads.isPresent()) {
      return new Cores(threads.get(), "cluster.threads_per_worker = " + threads.get());
    }
    Optional<Integer> executor = given.get("spark.executor.cores").flatMap(JobSizing::number);
    boolean counted =
        given.get("spark.executor.instances").isPresent()
            || given.get("spark.cores.max").isPresent();
    if (executor.isPresent() && !counted) {
      return new Cores(executor.get(), "all cores of an executor: one worker in each");
    }
    return gpu
        ? new Cores(2, "one core launches kernels, one builds batches")
        : new Cores(1, "cluster.threads_per_worker is null; set it to use more cores");
  }

  private static Optional<Integer> number(String text) {
    return text.matches("[1-9]\\d{0,4}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /** Of a corpus job. */
  public static JobDemand corpus(EtlPlan plan, EtlConfig config, MasterUrl master) {
    return anyNumber(plan.units(config), master);
  }

  /** Of an embedding: tasks of one executor share a model. */
  public static JobDemand embedding(EmbedPlan plan, MasterUrl master) {
    EncoderSpec encoder = plan.encoder();
    EncodingMemory memory = EncodingMemory.of(plan.shape(), encoder);
    return embedding(plan.units().size(), memory, encoder.device(), 0, master);
  }

  /** Of an evaluation: an embedding, and scores that the driver computes. */
  public static JobDemand evaluation(EvaluationPlan plan, MasterUrl master) {
    EvaluationEstimate estimate = EvaluationEstimate.of(plan);
    DeviceSetting device = plan.config().compute().device();
    long driverMb = SPARK_HEAP_MB + estimate.driverBytes() / MIB;
    return embedding(estimate.parts(), estimate.encoder(), device, driverMb, master);
  }

  /** Of mining: an embedding, and numbers of texts that the driver keeps. */
  public static JobDemand mining(MiningPlan plan, MasterUrl master) {
    MiningEstimate estimate = plan.estimate();
    DeviceSetting device = plan.config().compute().device();
    long driverMb = SPARK_HEAP_MB + estimate.driverBytes() / MIB;
    return embedding(estimate.parts(), estimate.encoder(), device, driverMb, master);
  }

  /** Of pairs: a corpus job, whose tasks share a model if one judges. */
  public static JobDemand pairs(PairsPlan plan, MasterUrl master) {
    if (plan.judge().isEmpty()) {
      return anyNumber(plan.units(), master);
    }
    EncoderSpec judge = plan.judge().get();
    EncodingMemory memory = EncodingMemory.of(plan.judgeShape().orElseThrow(), judge);
    return embedding(plan.units(), memory, judge.device(), ETL_TASK_HEAP_MB, master);
  }

  private static JobDemand embedding(
      int tasks, EncodingMemory memory, DeviceSetting device, long driverMb, MasterUrl master) {
    JobDemand plain = anyNumber(tasks, master);
    boolean gpu = device == DeviceSetting.CUDA;
    return new JobDemand(
        plain.tasks(),
        1,
        false,
        gpu ? 1 : plain.taskCores(),
        gpu ? "one task computes on a GPU" : plain.coresReason(),
        gpu,
        SPARK_HEAP_MB,
        EMBED_TASK_HEAP_MB,
        LIBTORCH_MB + memory.modelBytes() / MIB,
        1 + memory.taskBytes() / MIB,
        driver(
            master,
            SPARK_HEAP_MB + Math.max(1, master.cores()) * EMBED_TASK_HEAP_MB + driverMb,
            driverMb));
  }

  /** Of a job whose tasks run in any number at once. */
  public static JobDemand anyNumber(int tasks, MasterUrl master) {
    boolean standalone = master.kind() == MasterUrl.Kind.STANDALONE;
    int cores = standalone ? 1 : 2;
    String why =
        standalone
            ? "fits every worker; more cores share a heap"
            : "two tasks share a JVM, and fit any node";
    int slots = Math.max(1, master.cores());
    return new JobDemand(
        tasks,
        1,
        false,
        cores,
        why,
        false,
        SPARK_HEAP_MB,
        ETL_TASK_HEAP_MB,
        PLAIN_NATIVE_MB,
        0,
        driver(master, SPARK_HEAP_MB + slots * ETL_TASK_HEAP_MB, 0));
  }

  /** On one machine the driver's heap is that of all tasks. */
  private static long driver(MasterUrl master, long tasksMb, long ownMb) {
    boolean tasksInDriver = master.kind() == MasterUrl.Kind.LOCAL;
    long needed = Math.max(tasksInDriver ? tasksMb : 0, ownMb);
    return Math.max(DRIVER_HEAP_MB, (needed + 255) / 256 * 256);
  }

  /** Of two trainings one after the other in one context: the larger of each. */
  public static JobDemand trainings(JobDemand first, JobDemand second) {
    boolean moreCores = second.taskCores() > first.taskCores();
    return new JobDemand(
        Math.max(first.tasks(), second.tasks()),
        Math.max(first.leastTasks(), second.leastTasks()),
        true,
        moreCores ? second.taskCores() : first.taskCores(),
        moreCores ? second.coresReason() : first.coresReason(),
        first.gpu() || second.gpu(),
        SPARK_HEAP_MB,
        Math.max(first.taskHeapMb(), second.taskHeapMb()),
        Math.max(first.executorNativeMb(), second.executorNativeMb()),
        Math.max(first.taskNativeMb(), second.taskNativeMb()),
        Math.max(first.driverHeapMb(), second.driverHeapMb()));
  }

  /** Of a training and a corpus job one after the other in one context: the larger of each. */
  public static JobDemand both(JobDemand training, JobDemand corpus) {
    return new JobDemand(
        training.tasks(),
        training.leastTasks(),
        true,
        training.taskCores(),
        training.coresReason(),
        training.gpu(),
        SPARK_HEAP_MB,
        Math.max(training.taskHeapMb(), corpus.taskHeapMb()),
        training.executorNativeMb(),
        training.taskNativeMb(),
        Math.max(training.driverHeapMb(), corpus.driverHeapMb()));
  }
}
