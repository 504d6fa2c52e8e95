package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.worker.RankRun.Interruption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are stopped or die at random steps end with the bits of an undisturbed one. */
class ResumeTest {
  private static final int STEPS = 24;

  /** Two epochs and a part of the third; dropout is on by default. */
  private static final List<String> SETTINGS =
      List.of(
          "data.logical_shards=2",
          "data.gradient_accumulation_steps=2",
          "schedule.max_steps=" + STEPS,
          "cluster.workers=1");

  @TempDir static Path folder;

  @BeforeAll
  static void writeCorpus() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 160);
  }

  private static TestRun run(String name, String... more) throws IOException {
    return TestRun.of(folder, name, SETTINGS, more);
  }

  /** The settings of each start: workers, ZeRO stage. */
  private static final int[][] STARTS = {{2, 1}, {4, 1}, {1, 0}, {4, 0}, {2, 1}, {1, 1}, {2, 0}};

  @Test
  void anyNumberOfWorkersAndEitherStageGoOnFromAnyOther() throws Exception {
    TestRun whole = run("sharded-whole", "data.logical_shards=4");
    TrainingState want = whole.start(new Interruption.None());
    TrainingState end = TrainingState.START;
    TestRun start = whole;
    for (int i = 0; i < STARTS.length; i++) {
      start =
          run(
              "sharded",
              "data.logical_shards=4",
              "cluster.workers=" + STARTS[i][0],
              "cluster.zero_stage=" + STARTS[i][1]);
      boolean last = i == STARTS.length - 1;
      Interruption interruption =
          last ? new Interruption.None() : interruption(new Random(i), end.step(), i);
      end = start.start(interruption);
    }

    assertEquals(want, end);
    assertTrue(start.resumedFrom.matches("step-\\d{8}-\\d"), start.resumedFrom);
    assertEquals(whole.vectors(), start.vectors());
  }

  private static Map<Long, MeanLosses> losses(TestRun run) {
    Map<Long, MeanLosses> losses = new TreeMap<>();
    for (StepReport report : run.steps) {
      MeanLosses before = losses.put(report.step(), report.losses());
      assertTrue(before == null || before.equals(report.losses()), "step " + report.step());
    }
    return losses;
  }

  /** Stops and crashes in turn, at a random step of those that are left. */
  private static Interruption interruption(Random random, long from, int number) {
    long at = from + 1 + random.nextInt((int) Math.min(5, STEPS - from));
    return number % 2 == 0 ? new Interruption.Crash(at) : new Interruption.Stop(at);
  }

  @ParameterizedTest(name = "{0} interruptions, seed {1}, {2}")
  @CsvSource({
    "1, 1, objective.method=retromae",
    "2, 2, objective.decoder_query=raw",
    "10, 3, objective.method=retromae",
    "10, 4, objective.method=dupmae data.group_by_length=true",
    "10, 5, objective.loss_reduction=token evaluation.holdout_shards=1 evaluation.eval_steps=3"
  })
  void interruptedRunsEndWithTheSameBits(int interruptions, long seed, String settings)
      throws Exception {
    TestRun whole = run("whole" + seed, settings.split(" "));
    TrainingState want = whole.start(new Interruption.None());
    TestRun disturbed = run("disturbed" + seed, settings.split(" "));
    Random random = new Random(seed);
    long step = 0;
    for (int i = 0; i < interruptions; i++) {
      step = disturbed.start(interruption(random, step, i)).step();
    }

    TrainingState end = disturbed.start(new Interruption.None());

    assertEquals(STEPS, end.step());
    assertEquals(want, end);
    assertEquals(losses(whole), losses(disturbed));
    assertEquals(whole.vectors(), disturbed.vectors());
  }

  @Test
  void evaluationsDoNotDisturbTraining() throws Exception {
    TestRun often = run("often", "evaluation.holdout_shards=1", "evaluation.eval_steps=1");
    TestRun once = run("once", "evaluation.holdout_shards=1");

    TrainingState end = often.start(new Interruption.None());
    once.start(new Interruption.None());

    assertEquals(losses(once), losses(often));
    assertEquals(once.vectors(), often.vectors());
    assertEquals(STEPS, often.evaluations.size());
    assertEquals(1, once.evaluations.size());
    assertEquals(once.evaluations.get(0), often.evaluations.get(STEPS - 1));
    assertEquals(end.lastEvaluation(), often.evaluations.get(STEPS - 1));
    assertEquals(80, end.lastEvaluation().sums().rows());
    assertTrue(
        end.lastEvaluation().loss("decoder") < often.evaluations.get(0).loss("decoder"),
        "held-out samples are learned, too");
  }
}
