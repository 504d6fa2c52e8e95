package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.spark.LocalSpark;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class EtlProgressTest {
  /** Shared with the tasks of local Spark. */
  private static final CountDownLatch HALF = new CountDownLatch(1);

  @Test
  void documentsBytesAndTimeToGoAreThoseOfFinishedTasks() throws Exception {
    AtomicLong now = new AtomicLong();
    JavaSparkContext spark = LocalSpark.shared();
    try (EtlProgress progress = new EtlProgress(spark, now::get)) {
      spark.sc().addSparkListener(progress);
      assertEquals("", progress.line());
      CleanCounters counters = CleanCounters.register(spark);
      progress.clean(4_000_000);
      spark.setJobGroup(EtlProgress.CLEAN, "clean", true);
      var job =
          spark
              .parallelize(List.of(0, 1, 2, 3), 4)
              .foreachAsync(
                  unit -> {
                    counters.documents().add(1500);
                    counters.textBytes().add(3_000_000);
                    counters.stored().add(1_000_000);
                    if (unit >= 2 && !HALF.await(2, TimeUnit.MINUTES)) {
                      throw new IllegalStateException("nobody looked");
                    }
                  });
      while (!progress.line().contains(" 2.0 of 4.0 MB")) { // events come on a thread of Spark's
        Thread.onSpinWait();
      }
      now.set(TimeUnit.SECONDS.toNanos(10));
      String line = progress.line();
      HALF.countDown();
      job.get();

      assertEquals(
          "clean    3,000 documents, 0.6 MB/s of text, 2.0 of 4.0 MB of files, ETA 0:00:10", line);
    }
  }
}
