package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import io.retromae.training.worker.RankRun.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The best checkpoint is kept, and a run that gets no better ends: the same for all workers. */
class SelectionTest {
  private static final int STEPS = 24;

  /** Evaluated every second step; a rate so high that the loss soon gets no better. */
  private static final List<String> SETTINGS =
      List.of(
          "data.logical_shards=4",
          "cluster.workers=2",
          "schedule.max_steps=" + STEPS,
          "optimizer.learning_rate=0.1",
          "optimizer.max_grad_norm=1000",
          "checkpoint.save_total_limit=1",
          "checkpoint.keep_best=eval/loss",
          "evaluation.holdout_shards=1",
          "evaluation.eval_steps=2");

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 160);
  }

  private static TestRun run(String name, String... more) throws IOException {
    return TestRun.of(folder, name, SETTINGS, more);
  }

  private static List<String> checkpoints(String name) throws IOException {
    try (var files = Files.list(folder.resolve(name).resolve("checkpoints"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json"))
          .map(file -> file.substring(0, "step-00000000".length()))
          .sorted()
          .toList();
    }
  }

  @Test
  void theBestOfAllEvaluationsIsKept() throws Exception {
    TestRun run = run("best", "checkpoint.keep_best=eval/decoder_accuracy");

    TrainingState end = run.start(new Interruption.None());

    EvaluationReport best = run.evaluations.get(0);
    for (EvaluationReport report : run.evaluations) {
      best = report.accuracy("decoder") > best.accuracy("decoder") ? report : best;
    }
    assertEquals(STEPS, end.step());
    assertEquals(best.step(), end.selection().bestStep());
    assertTrue(best.step() < STEPS, "not always the last: " + end.selection());
    assertEquals(STEPS / 2, end.selection().measurements());
    assertEquals(
        List.of("step-%08d".formatted(best.step()), "step-%08d".formatted(STEPS)),
        checkpoints("best"));
    CheckpointStore store =
        new CheckpointStore(new Storage(new Configuration()), folder.resolve("best").toString());
    assertEquals(best, store.weights(best.step()).state().lastEvaluation());
    Figures.Figure first = end.figures().first().get("eval/loss");
    assertEquals(2, first.step());
    assertEquals(STEPS, end.figures().last().get("eval/encoder_accuracy").step());
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 2, 4})
  void aRunThatGetsNoBetterEndsAtTheSameStep(int workers) throws Exception {
    TestRun run =
        run("early" + workers, "cluster.workers=" + workers, "schedule.early_stopping.patience=2");
    TestRun whole = run("whole" + workers);

    TrainingState end = run.start(new Interruption.None());
    TrainingState last = whole.start(new Interruption.None());

    assertEquals(List.of(end.step()), run.endedAt);
    assertEquals(List.of(), whole.endedAt);
    assertTrue(end.step() < STEPS, "it ended at step " + end.step());
    assertEquals(2, end.selection().withoutGain());
    assertEquals(end.selection().bestStep() + 4, end.step(), "two evaluations behind the best");
    assertEquals(
        run.evaluations, whole.evaluations.subList(0, run.evaluations.size()), "the same bits");
    assertTrue(checkpoints("early" + workers).contains("step-%08d".formatted(end.step())));
    if (workers > 1) {
      TestRun alone =
          run("alone" + workers, "cluster.workers=1", "schedule.early_stopping.patience=2");
      assertEquals(alone.start(new Interruption.None()), end);
      assertEquals(alone.vectors(), run.vectors());
    }
    assertEquals(STEPS, last.step());
  }

  @Test
  void aRunThatDiedChoosesAlike() throws Exception {
    TestRun whole = run("unbroken", "schedule.early_stopping.patience=3");
    TestRun broken = run("broken", "schedule.early_stopping.patience=3");

    TrainingState end = whole.start(new Interruption.None());
    broken.start(new Interruption.Crash(3));
    broken.start(new Interruption.Crash(5));
    broken.start(new Interruption.Stop(7));
    TrainingState resumed = broken.start(new Interruption.None());

    assertEquals(end, resumed);
    assertEquals(whole.vectors(), broken.vectors());
    assertEquals(checkpoints("unbroken"), checkpoints("broken"));
  }

  @Test
  void anEndedRunStartedAgainDoesNothing() throws Exception {
    TestRun run = run("again", "schedule.early_stopping.patience=2");
    TrainingState end = run.start(new Interruption.None());
    int steps = run.steps.size();

    assertEquals(end, run.start(new Interruption.None()));
    assertEquals(steps, run.steps.size());
  }

  @Test
  void morePatienceGoesOn() throws Exception {
    TestRun run = run("patient", "schedule.early_stopping.patience=2");
    TrainingState end = run.start(new Interruption.None());
    TestRun more = run("patient", "schedule.early_stopping.patience=1000");

    TrainingState last = more.start(new Interruption.None());

    assertEquals(STEPS, last.step());
    assertEquals(end.step() + 1, more.steps.get(0).step());
  }

  @Test
  void anotherEvaluationChoosesAnew() throws Exception {
    run("samples").start(new Interruption.Stop(10));
    TestRun other = run("samples", "evaluation.max_samples=40");

    Selection choice = other.start(new Interruption.None()).selection();

    assertEquals((STEPS - 10) / 2, choice.measurements());
    assertTrue(choice.bestStep() > 10);
  }

  @Test
  void otherEvaluationStepsCompareOn() throws Exception {
    run("oftener").start(new Interruption.Stop(10));
    TestRun other = run("oftener", "evaluation.eval_steps=1");

    assertEquals(5 + STEPS - 10, other.start(new Interruption.None()).selection().measurements());
  }

  @Test
  void anotherMetricChoosesAnew() throws Exception {
    TestRun run = run("metric");
    run.start(new Interruption.Stop(10));
    TestRun other = run("metric", "checkpoint.keep_best=eval/encoder_accuracy");

    Selection choice = other.start(new Interruption.None()).selection();

    assertEquals("eval/encoder_accuracy", choice.metric());
    assertEquals((STEPS - 10) / 2, choice.measurements());
    assertTrue(choice.bestStep() > 10);
  }
}
