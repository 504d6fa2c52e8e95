package io.retromae.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhaseProgressTest {
  private static final String COUNTER = "retromae.pages";

  /** A job that counts pages while it reads; of its other phases, tasks are counted. */
  private static final class Pages extends PhaseProgress {
    Pages(JavaSparkContext spark, LongSupplier clock, String job) {
      super(spark, clock, job, Set.of(COUNTER));
    }

    @Override
    protected Optional<String> counted(String group, Reached reached) {
      long pages = reached.count(COUNTER);
      return group.equals("retromae-book-read")
          ? Optional.of(pages + " pages" + reached.eta(pages, 20))
          : Optional.empty();
    }

    void again() {
      beginAnew();
    }
  }

  @Test
  void aPhaseIsToldByTheCountersOfFinishedTasksUntilItBeginsAnew() throws Exception {
    AtomicLong now = new AtomicLong();
    JavaSparkContext spark = LocalSpark.shared();
    try (Pages progress = new Pages(spark, now::get, "book")) {
      spark.sc().addSparkListener(progress);
      assertEquals("", progress.line());
      var pages = spark.sc().longAccumulator(COUNTER);
      var others = spark.sc().longAccumulator("retromae.others");
      spark.setJobGroup("retromae-book-read", "read", true);
      String line =
          new HalfDone(spark, progress, now)
              .line(
                  unit -> {
                    pages.add(5);
                    others.add(7);
                  },
                  " 10 pages",
                  Duration.ofHours(2));

      assertEquals("read     10 pages, ETA 2:00:00", line);
      while (!progress.line().equals("read     20 pages")) {
        Thread.onSpinWait();
      }
      progress.again();
      assertEquals("", progress.line());
    }
  }

  @ParameterizedTest
  @CsvSource({"etl,pack", "embed,scan"})
  void otherPhasesCountTasks(String job, String phase) {
    JavaSparkContext spark = LocalSpark.shared();
    try (Pages progress = new Pages(spark, System::nanoTime, job)) {
      spark.sc().addSparkListener(progress);
      spark.setJobGroup("retromae-%s-%s".formatted(job, phase), phase, true);
      spark.parallelize(List.of(1, 2, 3), 3).count();
      String line = progress.line();
      while (!line.contains("3 of 3")) {
        Thread.onSpinWait();
        line = progress.line();
      }

      assertTrue(line.startsWith(phase + "     3 of 3 tasks"), line);
    }
  }
}
