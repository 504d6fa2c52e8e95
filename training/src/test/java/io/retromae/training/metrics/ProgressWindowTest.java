package io.retromae.training.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.StepReport.RankTimes;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The line of every minute, and who is slow. */
class ProgressWindowTest {
  private long seconds;
  private final ProgressWindow window =
      new ProgressWindow(1_000, 1e12, () -> TimeUnit.SECONDS.toNanos(seconds));

  private static StepReport report(long step, List<RankTimes> times) {
    var losses = new MeanLosses(4, Map.of("encoder", 1.5, "decoder", 2.5));
    return new StepReport(
        new TrainingState(
            step,
            step,
            0,
            9,
            losses,
            LossWindow.EMPTY,
            EvaluationReport.NONE,
            Figures.NONE,
            Selection.NONE),
        0,
        1,
        1e-4,
        false,
        Optional.empty(),
        900,
        32,
        3e12,
        Map.of(),
        times,
        List.of(0L, 0L));
  }

  @Test
  void aMinuteOfStepsIsOneLine() {
    List<RankTimes> times = List.of(new RankTimes(5, 70, 16, 9), new RankTimes(5, 85, 10, 0));
    for (long step = 101; step < 110; step++) {
      seconds += 6;
      assertTrue(window.add(report(step, times)).isEmpty());
    }
    seconds += 6;

    String line = ProgressWindow.toLine(window.add(report(110, times)).orElseThrow());

    assertEquals(
        "event=progress step=110/1000 loss=4.0000 tokens_per_s=150 mfu=0.500 eta=1:29:00"
            + " slowest_rank=1 slowest_pct=9 data_pct=5 compute_pct=78 communication_pct=13 idle_pct=4",
        line);
    assertTrue(window.add(report(111, times)).isEmpty(), "the next minute has begun");
  }

  @Test
  void theSlowestRankIsComparedWithTheMedian() {
    List<RankTimes> four =
        List.of(
            new RankTimes(0, 100, 0, 50),
            new RankTimes(50, 100, 9, 0),
            new RankTimes(0, 90, 0, 60),
            new RankTimes(0, 100, 0, 50));

    assertEquals(new SlowestRank(1, 50), SlowestRank.of(four));
    assertEquals(new SlowestRank(0, 0), SlowestRank.of(four.subList(0, 1)));
  }
}
