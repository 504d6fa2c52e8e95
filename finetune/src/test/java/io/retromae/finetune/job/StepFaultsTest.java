package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.Resolved;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.worker.RankRun;
import io.retromae.training.worker.RankRun.Interruption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that die inside a step: each phase begins or ends with one of these points. */
class StepFaultsTest {
  private static final int STEPS = 6;
  private static final long FAULTY = 5; // goes on from step 4, or 0 where that is not saved yet
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TestPairs.write(folder, 150);
  }

  private static RankRun run(String output) throws IOException {
    Resolved<FinetuneConfig> config =
        TestPairs.config(folder, output, "cluster.workers=2", "schedule.max_steps=" + STEPS);
    FinetunePlan plan = FinetunePlan.of(STORAGE, config.value(), OutputMode.OVERWRITE);
    plan.pairs().publish(STORAGE, config.value().output());
    return new RankRun(FinetuneTask.of(config, STORAGE, plan), Path.of(config.value().output()));
  }

  private static List<ByteBuffer> wanted(RankRun whole) throws Exception {
    TrainingState end = whole.start(new Interruption.None());
    assertEquals(STEPS, end.step());
    return whole.vectors();
  }

  @Test
  void aWorkerThatDiesInAnyPhaseOfAStepCostsNothingButTime() throws Exception {
    List<ByteBuffer> want = wanted(run("whole"));
    List<String> points = new ArrayList<>();
    run("counted").start(new Interruption.Fault(FAULTY, 1, Integer.MAX_VALUE, points));

    for (int number : phases(points)) {
      String where = "point %d of %s".formatted(number, points);
      RankRun run = run("point" + number);
      List<String> passed = new ArrayList<>();
      TrainingState died = run.start(new Interruption.Fault(FAULTY, 1, number, passed));
      TrainingState end = run.start(new Interruption.None());

      assertTrue(died.step() < FAULTY, where);
      assertEquals(points.subList(0, number), passed, where);
      assertEquals(STEPS, end.step(), where);
      assertEquals(want, run.vectors(), where);
    }
  }

  /**
   * The first and the last point of each run of equal ones: sizes are agreed on, chunks encoded,
   * vectors exchanged, hashes of texts and sums of scores gathered between tiles, chunks
   * differentiated, gradients summed.
   */
  private static List<Integer> phases(List<String> points) {
    List<Integer> numbers = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      boolean begins = i == 0 || !points.get(i).equals(points.get(i - 1));
      boolean ends = i == points.size() - 1 || !points.get(i).equals(points.get(i + 1));
      if (begins || ends) {
        numbers.add(i + 1);
      }
      if (begins) {
        names.add(points.get(i));
      }
    }
    assertTrue(names.containsAll(List.of("allGather", "broadcast", "checkCancelled")), "" + points);
    assertTrue(names.contains("allReduceSum"), "" + points);
    return numbers;
  }
}
