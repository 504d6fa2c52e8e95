package io.retromae.training.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.retromae.core.failure.ConfigException;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.RetroMaeLoss;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.pretrain.retromae.RetroMaeVariant;
import io.retromae.training.bert.BertShape;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.optimize.LearningRateSchedule;
import io.retromae.training.optimize.Optimizer;
import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.OptimizerSettings.SchedulerType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final BertShape SHAPE =
      new BertShape(TestRows.VOCABULARY_SIZE, 8, 1, 2, 16, 16, 2, 1e-12, 0, 0, 0.02, 0);
  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(
          1e-3,
          0.01,
          0.9,
          0.999,
          1e-8,
          1e9,
          SchedulerType.CONSTANT,
          0,
          Optional.empty(),
          3,
          OptimizerSettings.AllreduceDtype.FLOAT32);

  private static final RetroMaeVariant VARIANT =
      new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0.1);

  /** What one step of a float64 model did. */
  private record Outcome(MeanLosses losses, double gradNorm, double[] firstMoment) {}

  private static RunPlan plan(int shards, int accumulation, LossReduction reduction, long steps) {
    int maxSkipped = SETTINGS.maxSkippedSteps();
    return new RunPlan(
        shards,
        1,
        accumulation,
        List.of(steps),
        reduction,
        1_000,
        1_000,
        Optional.empty(),
        maxSkipped,
        42);
  }

  private static RetroMaeModel model(DataType type) {
    RetroMaeModel model = RetroMaeModel.create(SHAPE, VARIANT, type);
    ByteBuffer memory = model.parameters().fetch().whole();
    Random random = new Random(3);
    for (int i = 0; i < model.layout().size(); i++) {
      double value = 0.3 * random.nextGaussian();
      if (type == DataType.FLOAT64) {
        memory.putDouble(8 * i, value);
      } else {
        memory.putFloat(4 * i, (float) value);
      }
    }
    return model;
  }

  /** Micro-batches by the order in which they are asked for, again and again. */
  private record Cycle(List<BatchArrays> batches, RunPlan plan)
      implements BatchSource<BatchArrays> {
    @Override
    public BatchArrays next(int logicalShard, long step, int microBatch) {
      return batches.get(logicalShard * plan.accumulationSteps() + microBatch);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static SummedObjective<BatchArrays> objective(RetroMaeModel model) {
    return new SummedObjective<>(new RetroMaeLoss(model, VARIANT));
  }

  private static Evaluator<BatchArrays> nothingHeldOut(RetroMaeModel model) {
    return new Evaluator<>(
        objective(model),
        new LocalCollective(),
        0,
        index -> {
          throw new IllegalArgumentException("batch " + index);
        });
  }

  private static Outcome step(RunPlan plan, List<BatchArrays> batches) throws IOException {
    try (RetroMaeModel model = model(DataType.FLOAT64)) {
      var optimizer = new Optimizer(model, SETTINGS, LearningRateSchedule.of(SETTINGS, 1));
      RecordingObserver observer = new RecordingObserver();
      new Trainer<>(
              new Trainer.Parts<>(
                  model,
                  objective(model),
                  optimizer,
                  new LocalCollective(),
                  new Cycle(batches, plan),
                  nothingHeldOut(model)),
              plan,
              observer.hooks())
          .train(TrainingState.START);
      StepReport report = observer.steps.get(0);
      return new Outcome(report.losses(), report.gradNorm(), doubles(optimizer.firstMoment()));
    }
  }

  private static double[] doubles(FlatVector vector) {
    ByteBuffer memory = vector.fetch().whole();
    double[] values = new double[memory.capacity() / Double.BYTES];
    memory.duplicate().order(memory.order()).asDoubleBuffer().get(values);
    return values;
  }

  /** Unequal parts: 1, 2, 3 and 6 of 12 rows. */
  private static List<BatchArrays> unequalParts(List<long[]> rows) {
    List<BatchArrays> parts = new ArrayList<>();
    int from = 0;
    for (int size : new int[] {1, 2, 3, 6}) {
      parts.add(TestRows.batch(rows.subList(from, from + size)));
      from += size;
    }
    return parts;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tokenMeansOfUnequalPartsAreThoseOfOneBigBatch(long seed) throws IOException {
    List<long[]> rows = TestRows.of(12, seed);

    Outcome parts = step(plan(2, 2, LossReduction.TOKEN, 1), unequalParts(rows));
    Outcome whole = step(plan(1, 1, LossReduction.MICRO_BATCH, 1), List.of(TestRows.batch(rows)));

    assertEquals(whole.losses().total(), parts.losses().total(), 1e-10);
    assertEquals(whole.losses().term("encoder"), parts.losses().term("encoder"), 1e-10);
    assertEquals(whole.losses().term("decoder"), parts.losses().term("decoder"), 1e-10);
    assertEquals(whole.losses().term("bow"), parts.losses().term("bow"), 1e-10);
    assertEquals(whole.gradNorm(), parts.gradNorm(), 1e-10);
    assertArrayEquals(whole.firstMoment(), parts.firstMoment(), 1e-10);
  }

  @Test
  void theMeanOfMeansOfUnequalPartsIsAnother() throws IOException {
    List<long[]> rows = TestRows.of(12, 1);

    Outcome parts = step(plan(2, 2, LossReduction.MICRO_BATCH, 1), unequalParts(rows));
    Outcome whole = step(plan(1, 1, LossReduction.MICRO_BATCH, 1), List.of(TestRows.batch(rows)));

    assertTrue(Math.abs(whole.losses().total() - parts.losses().total()) > 1e-3);
    assertTrue(Math.abs(whole.gradNorm() - parts.gradNorm()) > 1e-3);
  }

  @Test
  void bothReductionsAgreeOnEqualParts() throws IOException {
    BatchArrays part = TestRows.batch(TestRows.of(3, 9));

    Outcome token = step(plan(2, 2, LossReduction.TOKEN, 1), List.of(part, part, part, part));
    Outcome means = step(plan(2, 2, LossReduction.MICRO_BATCH, 1), List.of(part, part, part, part));

    assertEquals(means.losses().total(), token.losses().total(), 1e-10);
    assertEquals(means.gradNorm(), token.gradNorm(), 1e-10);
    assertArrayEquals(means.firstMoment(), token.firstMoment(), 1e-10);
  }

  /** Breaks a parameter after one step and mends it after another. */
  private static class Saboteur extends RecordingObserver {
    private final RetroMaeModel model;
    private final long breakAfter;
    private final long mendAfter;
    private float kept;

    Saboteur(RetroMaeModel model, long breakAfter, long mendAfter) {
      this.model = model;
      this.breakAfter = breakAfter;
      this.mendAfter = mendAfter;
    }

    @Override
    public void stepDone(StepReport report) {
      super.stepDone(report);
      if (report.step() == breakAfter) {
        kept = model.parameters().fetch().whole().getFloat(0);
        model.parameters().fetch().whole().putFloat(0, Float.NaN);
      } else if (report.step() == mendAfter) {
        model.parameters().fetch().whole().putFloat(0, kept);
      }
    }
  }

  private static TrainingState train(RetroMaeModel model, Optimizer optimizer, Saboteur observer)
      throws IOException {
    RunPlan plan = plan(1, 1, LossReduction.MICRO_BATCH, 8);
    BatchSource<BatchArrays> batches = new Cycle(List.of(TestRows.batch(TestRows.of(4, 1))), plan);
    var parts =
        new Trainer.Parts<>(
            model,
            objective(model),
            optimizer,
            new LocalCollective(),
            batches,
            nothingHeldOut(model));
    return new Trainer<>(parts, plan, observer.hooks()).train(TrainingState.START);
  }

  @Test
  void stepsWithoutFiniteGradientsAreCountedAndChangeNothing() throws IOException {
    try (RetroMaeModel model = model(DataType.FLOAT32)) {
      var optimizer = new Optimizer(model, SETTINGS, LearningRateSchedule.of(SETTINGS, 8));
      Saboteur observer = new Saboteur(model, 3, 5);

      TrainingState end = train(model, optimizer, observer);

      assertEquals(8, end.step());
      assertEquals(6, end.updates());
      assertEquals(6, optimizer.updates());
      assertEquals(2, end.skippedSteps());
      assertEquals(0, end.skippedInARow());
      assertEquals(
          List.of(0L, 0L, 0L, 1L, 2L, 2L, 2L, 2L),
          observer.steps.stream().map(s -> s.state().skippedSteps()).collect(Collectors.toList()));
      assertTrue(observer.steps.get(3).spike().isPresent(), "a loss that is no number is told");
      assertFalse(observer.steps.get(4).spike().isPresent(), "once");
    }
  }

  @Test
  void tooManySkippedStepsInARowEndTheRun() throws IOException {
    try (RetroMaeModel model = model(DataType.FLOAT32)) {
      var optimizer = new Optimizer(model, SETTINGS, LearningRateSchedule.of(SETTINGS, 8));
      Saboteur observer = new Saboteur(model, 2, 100);

      var refusal = assertThrows(ConfigException.class, () -> train(model, optimizer, observer));

      assertTrue(refusal.getMessage().contains("steps 3 to 5"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("max_skipped_steps = 3"), refusal.getMessage());
      assertEquals(5, observer.steps.size());
      assertEquals(2, optimizer.updates());
      ByteBuffer memory = model.parameters().fetch().whole();
      for (int i = 1; i < model.layout().size(); i++) {
        assertTrue(Float.isFinite(memory.getFloat(4 * i)), "parameter " + i + " is untouched");
      }
    }
  }

  @Test
  void aRankThatFindsASaveDueHasTheRunSaved() throws IOException {
    try (RetroMaeModel model = model(DataType.FLOAT32)) {
      var optimizer = new Optimizer(model, SETTINGS, LearningRateSchedule.of(SETTINGS, 8));
      Saboteur observer =
          new Saboteur(model, -1, -1) {
            @Override
            public boolean saveDue() {
              return steps.size() == 4;
            }
          };

      train(model, optimizer, observer);

      assertEquals(
          List.of(5L, 8L),
          observer.saved.stream().map(TrainingState::step).collect(Collectors.toList()));
    }
  }
}
