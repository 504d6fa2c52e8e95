package io.retromae.submit.estimate;

import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.job.EmbedPlan;
import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;
import io.retromae.embed.job.evaluate.EvaluationEstimate;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.finetune.mine.MiningEstimate;
import io.retromae.finetune.mine.MiningPlan;
import io.retromae.finetune.pairs.job.PairsPlan;
import io.retromae.submit.spark.JobDemand;
import io.retromae.submit.spark.SparkSetup;
import io.retromae.training.device.GpuPeaks;
import io.retromae.training.estimate.EvaluationWork;
import io.retromae.training.estimate.StepWork;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.estimate.WorkerMemory;
import io.retromae.training.settings.ComputeSettings;
import io.retromae.training.settings.DeviceSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;

/** How much memory and time a job will take, in words; every rate says where it comes from. */
public final class CostEstimate {
  /** Text that a core cleans, packs and shuffles in a second: docs/performance.md, 10x row. */
  static final double ETL_MB_PER_CORE_SECOND = 6.3;

  /** Of NVIDIA's data sheet of the A100, operations a second. */
  private static final double A100_FP32 = 19.5e12;

  private CostEstimate() {}

  /** Memory of a worker, term by term, and of the executor around it. */
  public static List<String> memory(TrainingCost cost, SparkSetup setup, JobDemand demand) {
    WorkerMemory worker = cost.memory();
    boolean gpu = cost.settings().compute().device() == DeviceSetting.CUDA;
    String where = gpu ? "GPU %,d MB, host outside the heap %,d MB" : "outside the heap %,d MB";
    String sum =
        gpu
            ? where.formatted(mb(worker.onGpu()), mb(worker.outsideHeapWithGpu()))
            : where.formatted(mb(worker.outsideHeap()));
    return List.of(
        "a worker at most (rank 0, %s): heap %,d MB, %s"
            .formatted(cost.longest(), mb(worker.heap()), sum),
        "of which " + String.join(", ", worker.describe()),
        executor(setup, demand));
  }

  private static long mb(long bytes) {
    return bytes / 1_000_000;
  }

  private static String executor(SparkSetup setup, JobDemand demand) {
    SparkConf conf = setup.conf();
    return setup.master().isCluster()
        ? "an executor: spark.executor.memory = %s, spark.executor.memoryOverhead = %s"
            .formatted(
                conf.get("spark.executor.memory", "1g"),
                conf.get("spark.executor.memoryOverhead", "Spark's own share of the heap"))
        : "all of them in the driver: --driver-memory %dm (submit/retromae: RETROMAE_HEAP, 2g if not set)"
            .formatted(demand.driverHeapMb());
  }

  /** Memory of an executor that runs no model. */
  public static List<String> memory(SparkSetup setup, JobDemand demand) {
    return List.of(executor(setup, demand));
  }

  /** Time of a training. */
  public static List<String> time(TrainingCost cost, SparkSetup setup) {
    StepWork work = cost.work();
    EvaluationWork evaluation = cost.evaluation();
    StepWork encoding = new StepWork(evaluation.flops());
    int workers = cost.settings().cluster().workers();
    List<String> lines = new ArrayList<>();
    lines.add("a step: %.3g floating-point operations (%s)".formatted(work.flops(), cost.mean()));
    if (cost.settings().compute().device() == DeviceSetting.CUDA) {
      double peak = peak(cost.settings().compute());
      double seconds = work.secondsOnGpus(workers, peak);
      lines.add(
          "on %d GPUs, if they were A100 (%.3g operations a second) at an assumed %.0f %% of that: %s a step, %s in all; not measured"
              .formatted(
                  workers,
                  peak,
                  100 * StepWork.ASSUMED_MFU,
                  duration(seconds),
                  duration(cost.steps() * seconds)));
      add(lines, evaluation, evaluation.seconds(workers, encoding.secondsOnGpus(workers, peak)));
      return lines;
    }
    int threads =
        cost.settings()
            .cluster()
            .threadsPerWorker()
            .orElse(setup.conf().getInt("spark.task.cpus", 1));
    double seconds = work.secondsOnCpus(workers, threads);
    lines.add(
        "on %d workers x %d threads at %.0f GFLOP/s a thread (AVX-512, docs/performance.md; small models and older processors less): %s a step, %s in all"
            .formatted(
                workers,
                threads,
                StepWork.FLOPS_PER_THREAD / 1e9,
                duration(seconds),
                duration(cost.steps() * seconds)));
    add(lines, evaluation, evaluation.seconds(workers, encoding.secondsOnCpus(workers, threads)));
    return lines;
  }

  /** What evaluations take beside the steps. */
  private static void add(List<String> lines, EvaluationWork evaluation, double seconds) {
    if (evaluation.times() > 0) {
      lines.add(
          "and evaluated %,d times, %.3g scores in all beside what is encoded: %s besides"
              .formatted(evaluation.times(), evaluation.ranked(), duration(seconds)));
    }
  }

  private static double peak(ComputeSettings compute) {
    return GpuPeaks.of("A100", compute).orElseThrow().flops();
  }

  /** Time of a corpus job. */
  public static List<String> time(EtlPlan plan, SparkSetup setup, int units) {
    double megabytes = plan.textBytes() / 1e6;
    double oneCore = megabytes / ETL_MB_PER_CORE_SECOND;
    int most = Math.max(1, Math.min(setup.slots().orElse(units), units));
    return List.of(
        String.format(
            Locale.ROOT,
            "about %.0f MB of text at %.1f MB a core-second (docs/performance.md), %s: %s, after Spark's start",
            megabytes,
            ETL_MB_PER_CORE_SECOND,
            setup.slots().isPresent()
                ? most + " tasks at once"
                : "%d tasks at once if the cluster has as many cores, else longer".formatted(most),
            duration(oneCore / most)));
  }

  /** Memory of an embedding, and of the executor around it. */
  public static List<String> memory(EmbedPlan plan, SparkSetup setup, JobDemand demand) {
    return memory(EncodingMemory.of(plan.shape(), plan.encoder()), setup, demand);
  }

  /** Memory of an evaluation, and of the executor around it. */
  public static List<String> memory(EvaluationPlan plan, SparkSetup setup, JobDemand demand) {
    EvaluationEstimate estimate = EvaluationEstimate.of(plan);
    List<String> lines = new ArrayList<>(memory(estimate.encoder(), setup, demand));
    lines.add("the driver: rankings, ids and vectors %,d MB".formatted(mb(estimate.driverBytes())));
    return lines;
  }

  /** Memory of a mining, and of the executor around it. */
  public static List<String> memory(MiningPlan plan, SparkSetup setup, JobDemand demand) {
    MiningEstimate estimate = plan.estimate();
    List<String> lines = new ArrayList<>(memory(estimate.encoder(), setup, demand));
    lines.add("a task that searches: some 200 MB, however many documents and queries there are");
    lines.add(
        "the driver: numbers of texts, queries and positives %,d MB"
            .formatted(mb(estimate.driverBytes())));
    return lines;
  }

  /** Memory of a job that makes pairs, and judges them if a model does. */
  public static List<String> memory(PairsPlan plan, SparkSetup setup, JobDemand demand) {
    return plan.judge().isEmpty()
        ? memory(setup, demand)
        : memory(
            EncodingMemory.of(plan.judgeShape().orElseThrow(), plan.judge().get()), setup, demand);
  }

  private static List<String> memory(EncodingMemory memory, SparkSetup setup, JobDemand demand) {
    return List.of(
        "an executor: one model, %,d MB outside the heap while it is read; each task at most %,d MB more"
            .formatted(mb(memory.modelBytes()), mb(memory.taskBytes())),
        executor(setup, demand));
  }

  /** Time of an embedding. */
  public static List<String> time(EmbedPlan plan, SparkSetup setup) {
    EncodingWork work = EncodingWork.of(plan);
    String words =
        String.format(
            Locale.ROOT,
            "about %,.0f tokens, if %.1f stored bytes are one (compressed files hold more): %.3g floating-point operations",
            work.tokens(),
            EncodingWork.BYTES_PER_TOKEN,
            work.flops());
    return time(words, work.flops(), plan.units().size(), plan.encoder().device(), setup);
  }

  /** Time of an evaluation, of which encoders take nearly all. */
  public static List<String> time(EvaluationPlan plan, SparkSetup setup) {
    EncodingWork work = EvaluationEstimate.work(plan);
    String words =
        String.format(
            Locale.ROOT,
            "about %,.0f tokens of all encoders, by the first texts of each set: %.3g floating-point operations",
            work.tokens(),
            work.flops());
    int parts = EvaluationEstimate.of(plan).parts();
    return time(words, work.flops(), parts, plan.config().compute().device(), setup);
  }

  /** Time of a mining. */
  public static List<String> time(MiningPlan plan, SparkSetup setup) {
    MiningEstimate estimate = plan.estimate();
    double flops = estimate.encoding().flops() + estimate.searchFlops();
    String words =
        String.format(
            Locale.ROOT,
            "about %,.0f tokens to embed and %.3g floating-point operations to search: %.3g in all",
            estimate.encoding().tokens(),
            estimate.searchFlops(),
            flops);
    return time(words, flops, estimate.parts(), plan.config().compute().device(), setup);
  }

  private static List<String> time(
      String work, double flops, int units, DeviceSetting device, SparkSetup setup) {
    int tasks = Math.max(1, Math.min(setup.slots().orElse(units), units));
    if (device == DeviceSetting.CUDA) {
      double seconds = flops / (tasks * A100_FP32 * StepWork.ASSUMED_MFU);
      return List.of(
          work,
          "on %d GPUs, if they were A100 (%.3g operations a second) at an assumed %.0f %% of that: %s; not measured"
              .formatted(tasks, A100_FP32, 100 * StepWork.ASSUMED_MFU, duration(seconds)));
    }
    return List.of(
        work,
        "%d tasks at once at %.0f GFLOP/s each (AVX-512, docs/performance.md; small models and older processors less): %s"
            .formatted(
                tasks,
                StepWork.FLOPS_PER_THREAD / 1e9,
                duration(flops / (tasks * StepWork.FLOPS_PER_THREAD))));
  }

  /** Seconds as people say them. */
  private static String duration(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < 5400) {
      return String.format(Locale.ROOT, "%.0f min", seconds / 60);
    }
    return String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
