package io.retromae.embed.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.spark.HalfDone;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class EmbedProgressTest {
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
      String line =
          new HalfDone(spark, progress, now)
              .line(
                  unit -> {
                    counters.earlier().add(unit == 0 ? 4_000 : 0);
                    counters.texts().add(unit == 0 ? 0 : 2_000);
                    counters.tokens().add(unit == 0 ? 0 : 50_000);
                  },
                  " 6,000 of 10,000",
                  Duration.ofSeconds(10));

      assertEquals(
          "encode   6,000 of 10,000 texts, 200 texts/s, 5,000 tokens/s, ETA 0:00:20", line);
    }
  }
}
