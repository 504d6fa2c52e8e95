package io.retromae.embed.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class EmbedProgressTest {
  /** Shared with the tasks of local Spark. */
  private static final CountDownLatch HALF = new CountDownLatch(1);

  @Test
  void textsOfThisStartGiveTheSpeedAndThoseOfEarlierOnesCountAsDone() throws Exception {
    AtomicLong now = new AtomicLong();
    JavaSparkContext spark = EmbedRun.shared();
    try (EmbedProgress progress = new EmbedProgress(spark, now::get)) {
      spark.sc().addSparkListener(progress);
      assertEquals("", progress.line());
      EmbedCounters counters = EmbedCounters.register(spark);
      progress.expect(10_000);
      spark.setJobGroup(EmbedProgress.ENCODE, "embed", true);
      var job =
          spark
              .parallelize(List.of(0, 1, 2, 3), 4)
              .foreachAsync(
                  unit -> {
                    counters.earlier().add(unit == 0 ? 4_000 : 0);
                    counters.texts().add(unit == 0 ? 0 : 2_000);
                    counters.tokens().add(unit == 0 ? 0 : 50_000);
                    if (unit >= 2 && !HALF.await(2, TimeUnit.MINUTES)) {
                      throw new IllegalStateException("nobody looked");
                    }
                  });
      while (!progress.line().contains(" 6,000 of 10,000")) { // events come on a thread of Spark's
        Thread.onSpinWait();
      }
      now.set(TimeUnit.SECONDS.toNanos(10));
      String line = progress.line();
      HALF.countDown();
      job.get();

      assertEquals(
          "encode   6,000 of 10,000 texts, 200 texts/s, 5,000 tokens/s, ETA 0:00:20", line);
    }
  }
}
