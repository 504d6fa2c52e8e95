package io.retromae.spark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;

/**
 * A job of four tasks on local Spark, of which two wait until somebody has looked.
 *
 * @param spark whose job group is that of a phase
 * @param progress that is told of the job's tasks
 * @param clock nanoseconds, as the progress reads them
 */
public record HalfDone(JavaSparkContext spark, PhaseProgress progress, AtomicLong clock) {
  /** Of the job that runs; tasks are threads of this process. */
  private static volatile CountDownLatch looked = new CountDownLatch(1);

  /**
   * Runs the job to its end.
   *
   * @param task what each of the tasks 0 to 3 does
   * @param awaited what a line holds when two tasks have ended
   * @param later the time from the job's start at which progress is asked again
   * @return the line of that time
   */
  public String line(VoidFunction<Integer> task, String awaited, Duration later) throws Exception {
    looked = new CountDownLatch(1);
    JavaFutureAction<Void> job =
        spark
            .parallelize(List.of(0, 1, 2, 3), 4)
            .foreachAsync(
                unit -> {
                  task.call(unit);
                  if (unit >= 2 && !looked.await(2, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("nobody looked");
                  }
                });
    while (!progress.line().contains(awaited)) { // events come on a thread of Spark's
      Thread.onSpinWait();
    }
    clock.set(later.toNanos());
    String line = progress.line();
    looked.countDown();
    job.get();
    return line;
  }
}
