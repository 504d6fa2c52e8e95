package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.spark.HalfDone;
import io.retromae.spark.LocalSpark;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class EtlProgressTest {
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
      String line =
          new HalfDone(spark, progress, now)
              .line(
                  unit -> {
                    counters.documents().add(1500);
                    counters.textBytes().add(3_000_000);
                    counters.stored().add(1_000_000);
                  },
                  " 2.0 of 4.0 MB",
                  Duration.ofSeconds(10));

      assertEquals(
          "clean    3,000 documents, 0.6 MB/s of text, 2.0 of 4.0 MB of files, ETA 0:00:10", line);
    }
  }
}
