package io.retromae.training.attempt;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.worker.WorkCounters;
import io.retromae.training.worker.Worker;
import io.retromae.training.worker.WorkerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** One attempt: a barrier stage with a task per worker, all started together or not at all. */
final class BarrierTraining {
  private static final Pattern CANCELLED =
      Pattern.compile("Job \\d+ cancelled|SparkContext (was|has been) s(hut|topped)");

  private BarrierTraining() {}

  /**
   * Runs until all workers are done.
   *
   * @throws ClusterException with Spark's reason if one fails or is lost
   */
  static void run(JavaSparkContext spark, WorkerSpec spec, WorkCounters counters) {
    List<Integer> ranks = IntStream.range(0, spec.worldSize()).boxed().toList();
    RDD<Integer> rdd = spark.parallelize(ranks, spec.worldSize()).rdd();
    RDD<String> workers =
        rdd.barrier()
            .mapPartitions(
                new WorkerTask(spec, counters), false, ClassTag$.MODULE$.apply(String.class));
    try {
      workers.collect();
    } catch (Exception e) { // Spark throws its checked SparkException without declaring it
      throw new ClusterException(reason(String.valueOf(e.getMessage())), e);
    }
  }

  /** Spark's message without stack traces: why an executor was lost, if one was. */
  private static String reason(String message) {
    return message
        .lines()
        .filter(line -> line.startsWith("ExecutorLostFailure"))
        .findFirst()
        .or(() -> message.lines().findFirst())
        .orElse("no reason");
  }

  /** Whether {@link #run} failed because Spark was told to cancel the job, or is being stopped. */
  static boolean wasCancelled(ClusterException failure) {
    return CANCELLED.matcher(failure.getMessage()).find();
  }

  /** What Spark ships; partition number = rank. */
  private static final class WorkerTask
      extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final WorkerSpec spec;
    private final WorkCounters counters;

    WorkerTask(WorkerSpec spec, WorkCounters counters) {
      this.spec = spec;
      this.counters = counters;
    }

    @Override
    public Iterator<String> apply(Iterator<Integer> partition) {
      try {
        Worker.run(spec, counters, BarrierTaskContext.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return Iterator$.MODULE$.single("done"); // Scala 2.12 types an empty iterator otherwise
    }
  }
}
