package io.retromae.training.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.RetroMaeLoss;
import io.retromae.pretrain.retromae.RetroMaeModel;
import io.retromae.pretrain.retromae.RetroMaeVariant;
import io.retromae.training.bert.BertShape;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.Parts;
import io.retromae.training.collective.RankThreads;
import io.retromae.training.collective.RankThreads.Outcome;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.memory.HostVector;
import io.retromae.training.optimize.GradientNorm;
import io.retromae.training.optimize.LearningRateSchedule;
import io.retromae.training.optimize.Optimizer;
import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.OptimizerSettings.SchedulerType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks that keep all of AdamW's moments, and ranks that keep a part, train to the same bits. */
class ShardedTrainingTest {
  private static final int SHARDS = 8;
  private static final int STEPS = 5;

  /** Of the first parameter, by which the rank that breaks it mends it. */
  private static final AtomicInteger FIRST_BITS = new AtomicInteger();

  /** Gradients are clipped, so that the norm decides about every value. */
  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(
          1e-3,
          0.01,
          0.9,
          0.999,
          1e-8,
          0.1,
          SchedulerType.CONSTANT,
          0,
          Optional.empty(),
          3,
          OptimizerSettings.AllreduceDtype.FLOAT32);

  private static final BertShape SHAPE =
      new BertShape(TestRows.VOCABULARY_SIZE, 24, 2, 2, 40, 16, 2, 1e-12, 0, 0, 0.02, 0);

  private static final RetroMaeVariant VARIANT =
      new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0.1);

  /** A rank's values at the end of its run. */
  private record Trained(
      Parts.Part part,
      List<Float> parameters,
      List<Float> first,
      List<Float> second,
      long updates,
      List<Long> saved) {}

  private static RetroMaeModel model() {
    RetroMaeModel model = RetroMaeModel.create(SHAPE, VARIANT, DataType.FLOAT32);
    HostVector memory = model.parameters().fetch();
    Random random = new Random(3);
    for (var parameter : model.layout().parameters()) {
      ByteBuffer values = memory.slice(parameter.offset(), parameter.size());
      while (values.hasRemaining()) {
        values.putFloat((float) (0.3 * random.nextGaussian()));
      }
    }
    return model;
  }

  /** A row for each logical shard, another one each step. */
  private static final class Rows implements BatchSource<BatchArrays> {
    @Override
    public BatchArrays next(int logicalShard, long step, int microBatch) {
      return TestRows.batch(TestRows.of(1, step * SHARDS + logicalShard));
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static RunPlan plan(int world) {
    return new RunPlan(
        SHARDS,
        world,
        1,
        List.of((long) STEPS),
        LossReduction.MICRO_BATCH,
        1_000,
        2,
        Optional.empty(),
        3,
        42);
  }

  private static Trained train(Collective ranks, int stage, Sabotage sabotage) throws Exception {
    try (RetroMaeModel model = model()) {
      var schedule = LearningRateSchedule.of(SETTINGS, STEPS);
      Parts.Part part = ranks.part(model.layout().size(), ranks.rank());
      Optimizer optimizer =
          stage == 1
              ? Optimizer.sharded(model, SETTINGS, schedule, part)
              : new Optimizer(model, SETTINGS, schedule);
      var objective = new SummedObjective<>(new RetroMaeLoss(model, VARIANT));
      Evaluator<BatchArrays> evaluator =
          new Evaluator<>(
              objective,
              ranks,
              0,
              index -> {
                throw new IllegalArgumentException("batch " + index);
              });
      Saboteur observer = new Saboteur(sabotage, ranks.rank(), model.parameters().fetch());
      var parts = new Trainer.Parts<>(model, objective, optimizer, ranks, new Rows(), evaluator);
      TrainingState end =
          new Trainer<>(parts, plan(ranks.worldSize()), observer.hooks())
              .train(TrainingState.START);
      return new Trained(
          stage == 1 ? part : new Parts.Part(0, model.layout().size()),
          floats(model.parameters()),
          floats(optimizer.firstMoment()),
          floats(optimizer.secondMoment()),
          end.updates(),
          observer.saved.stream().map(TrainingState::step).toList());
    }
  }

  /** When something is done to a replica. */
  private enum Moment {
    BEFORE_COMPUTING,
    AFTER_COMPUTING,
    AFTER_STEP
  }

  private interface Sabotage {
    void at(Moment moment, long step, int rank, HostVector parameters);

    /** Whether the rank is asked to stop. */
    default boolean stops(int rank, long step) {
      return false;
    }

    /** Whether the rank finds that it is time to save. */
    default boolean saves(int rank, long step) {
      return false;
    }
  }

  private static final Sabotage NONE = (moment, step, rank, parameters) -> {};

  /** Lets a sabotage happen. */
  private static final class Saboteur extends RecordingObserver {
    private final Sabotage sabotage;
    private final int rank;
    private final HostVector parameters;

    Saboteur(Sabotage sabotage, int rank, HostVector parameters) {
      this.sabotage = sabotage;
      this.rank = rank;
      this.parameters = parameters;
    }

    private void at(Moment moment) {
      sabotage.at(moment, steps.size() + 1, rank, parameters);
    }

    @Override
    public void checkCancelled() {
      at(Moment.BEFORE_COMPUTING);
    }

    @Override
    public boolean stopRequested() {
      return sabotage.stops(rank, steps.size() + 1);
    }

    @Override
    public boolean saveDue() {
      return sabotage.saves(rank, steps.size() + 1);
    }

    @Override
    public byte[] takeNote() {
      at(Moment.AFTER_COMPUTING);
      return super.takeNote();
    }

    @Override
    public void stepDone(StepReport report) {
      at(Moment.AFTER_STEP);
      super.stepDone(report);
    }
  }

  private static List<Float> floats(FlatVector vector) {
    List<Float> values = new ArrayList<>();
    ByteBuffer memory = vector.fetch().whole();
    while (memory.hasRemaining()) {
      values.add(memory.getFloat());
    }
    return values;
  }

  private static List<Trained> trained(int world, int stage, Sabotage sabotage) throws Exception {
    return RankThreads.run(world, ranks -> train(ranks, stage, sabotage)).stream()
        .map(Outcome::value)
        .toList();
  }

  @ParameterizedTest(name = "{0} ranks, stage {1}")
  @CsvSource({"1, 1", "2, 0", "2, 1", "4, 0", "4, 1", "8, 0", "8, 1"})
  void everyNumberOfRanksAndBothStagesEndWithTheSameBits(int world, int stage) throws Exception {
    Trained want = trained(1, 0, NONE).get(0);

    List<Trained> ranks = trained(world, stage, NONE);

    long covered = 0;
    for (Trained rank : ranks) {
      int from = (int) rank.part().from();
      int to = (int) rank.part().to();
      assertEquals(want.parameters(), rank.parameters());
      assertEquals(want.first().subList(from, to), rank.first());
      assertEquals(want.second().subList(from, to), rank.second());
      covered += rank.part().size();
    }
    assertEquals((stage == 1 ? 1 : world) * want.parameters().size(), covered);
  }

  @ParameterizedTest(name = "stage {0}")
  @CsvSource({"0", "1"})
  void aStepWithoutFiniteGradientsOnOneRankIsSkippedByAll(int stage) throws Exception {
    Sabotage once =
        (moment, step, rank, parameters) -> {
          ByteBuffer value = parameters.slice(0, 1);
          if (rank == 1 && step == 3 && moment == Moment.BEFORE_COMPUTING) {
            value.putFloat(0, Float.NaN);
          } else if (rank == 1 && step == 3 && moment == Moment.AFTER_COMPUTING) {
            value.putInt(0, FIRST_BITS.get());
          } else if (rank == 1 && step == 2 && moment == Moment.AFTER_STEP) {
            FIRST_BITS.set(value.getInt(0));
          }
        };

    List<Trained> ranks = trained(4, stage, once);

    for (Trained rank : ranks) {
      assertEquals(STEPS - 1, rank.updates());
      assertEquals(ranks.get(0).parameters(), rank.parameters());
      assertTrue(rank.parameters().stream().allMatch(Float::isFinite));
    }
  }

  @Test
  void whatOneRankWantsIsDoneByAll() throws Exception {
    Sabotage wishes =
        new Sabotage() {
          @Override
          public void at(Moment moment, long step, int rank, HostVector parameters) {
            // nothing is broken
          }

          @Override
          public boolean stops(int rank, long step) {
            return rank == 2 && step == 4;
          }

          @Override
          public boolean saves(int rank, long step) {
            return rank == 1 && step == 2;
          }
        };

    for (Trained rank : trained(4, 1, wishes)) {
      assertEquals(4, rank.updates());
      assertEquals(List.of(2L, 4L), rank.saved());
    }
  }

  @ParameterizedTest(name = "world {0}, rank {1}")
  @CsvSource({
    "4, 2, 'rank 2: CRC-32C \\w{8}; ranks 0, 1, 3: CRC-32C \\w{8};'",
    "2, 1, 'rank \\d: CRC-32C \\w{8}; rank \\d: CRC-32C \\w{8};'"
  })
  void aFlippedBitInOneReplicaIsFoundAndItsRankNamed(int world, int flipped, String named)
      throws Exception {
    Sabotage flip =
        (moment, step, rank, parameters) -> {
          if (rank == flipped && step == 1 && moment == Moment.AFTER_STEP) {
            ByteBuffer value = parameters.slice(70, 1);
            value.putInt(0, value.getInt(0) ^ 1);
          }
        };

    List<Outcome<Trained>> ranks = RankThreads.run(world, others -> train(others, 0, flip));

    for (Outcome<Trained> rank : ranks) {
      assertTrue(rank.failure().contains("replicas differ after step 2"), rank.failure());
      assertTrue(rank.failure().matches(".*first: " + named + ".*"), rank.failure());
    }
  }

  @Test
  void theNormOfBlocksIsTheNormOfTheWhole() {
    assertEquals(5, GradientNorm.of(new double[] {3}, new double[0], new double[] {4}));
    assertTrue(Double.isNaN(GradientNorm.of(new double[] {3}, new double[] {Double.NaN})));
  }

  @Test
  void blocksAreAddedInTheirOrderWhoeverHasThem() {
    double[] ones = new double[100];
    Arrays.fill(ones, 1);

    assertEquals(1e8, GradientNorm.of(new double[] {1e8}, ones), "each is too small to count");
    assertTrue(GradientNorm.of(ones, new double[] {1e8}) > 1e8);
  }

  @Test
  void aRankWithFiniteGradientsSkipsAStepThatAnotherOnesSpoil() {
    try (RetroMaeModel model = model()) {
      Parts.Part part = Parts.of(model.layout().size(), 0, 2);
      var schedule = LearningRateSchedule.of(SETTINGS, STEPS);
      Optimizer optimizer = Optimizer.sharded(model, SETTINGS, schedule, part);
      FlatVector gradients = model.newVector(0, model.layout().size());

      assertTrue(optimizer.update(gradients, 1, Double.NaN).skipped());

      assertEquals(0, optimizer.updates());
    }
  }
}
