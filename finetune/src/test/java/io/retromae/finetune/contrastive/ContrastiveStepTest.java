package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.Pooling;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossReduction;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.StepInput;
import io.retromae.training.optimize.GradientTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContrastiveStepTest {
  private static final int WHOLE = 1 << 20;

  private static ContrastiveRule rule(Negatives negatives, Distillation distillation, int tokens) {
    double weight = distillation == Distillation.KL_DIV ? 0.5 : 1;
    return new ContrastiveRule(
        Pooling.CLS, true, 0.05, negatives, true, distillation, weight, List.of(), tokens, false);
  }

  /** The recorded tiny BERT's shape, with dropout. */
  private static BertShape dropping() {
    BertShape s = GoldenCase.shape();
    return new BertShape(
        s.vocabSize(),
        s.hiddenSize(),
        s.numHiddenLayers(),
        s.numAttentionHeads(),
        s.intermediateSize(),
        s.maxPositionEmbeddings(),
        s.typeVocabSize(),
        s.layerNormEps(),
        0.1,
        0.1,
        s.initializerRange(),
        s.padTokenId());
  }

  static Stream<ContrastiveRule> rules() {
    return Stream.of(
        rule(Negatives.GLOBAL, Distillation.NONE, WHOLE),
        rule(Negatives.SHARD, Distillation.NONE, WHOLE),
        rule(Negatives.OWN, Distillation.NONE, WHOLE),
        rule(Negatives.GLOBAL, Distillation.KL_DIV, WHOLE),
        rule(Negatives.OWN, Distillation.KL_DIV, WHOLE),
        rule(Negatives.GLOBAL, Distillation.M3_KD_LOSS, WHOLE),
        rule(Negatives.OWN, Distillation.M3_KD_LOSS, WHOLE),
        new ContrastiveRule(
            Pooling.MEAN,
            true,
            0.05,
            Negatives.GLOBAL,
            true,
            Distillation.KL_DIV,
            2,
            List.of(4, 20, 32),
            WHOLE,
            false),
        new ContrastiveRule(
            Pooling.LAST_TOKEN,
            false,
            3,
            Negatives.GLOBAL,
            true,
            Distillation.NONE,
            1,
            List.of(8, 32),
            WHOLE,
            false));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void bitsAreTheSameForOneTwoAndFourRanks(ContrastiveRule whole) throws Exception {
    for (int tokens : new int[] {WHOLE, 100}) {
      ContrastiveRule rule =
          new ContrastiveRule(
              whole.pooling(),
              whole.normalize(),
              whole.temperature(),
              whole.negatives(),
              whole.maskSameText(),
              whole.distillation(),
              whole.kdWeight(),
              whole.mrlDims(),
              tokens,
              false);
      List<PairBatch> shards = RandomBatches.shards(4, 5, 3, rule.distills(), 1);
      Ranked one = Ranked.step(1, dropping(), rule, shards, DataType.FLOAT32);

      assertTrue(Arrays.stream(one.gradients()).anyMatch(g -> g != 0));
      for (int world : new int[] {2, 4}) {
        Ranked many = Ranked.step(world, dropping(), rule, shards, DataType.FLOAT32);
        assertArrayEquals(one.losses(), many.losses(), world + " ranks");
        assertArrayEquals(one.gauges().toArray(), many.gauges().toArray(), world + " ranks");
        assertArrayEquals(one.gradients(), many.gradients(), world + " ranks");
      }
    }
  }

  @Test
  void shardsOfUnequalSizeAndGroupsHaveTheSameBitsToo() throws Exception {
    ContrastiveRule rule = rule(Negatives.GLOBAL, Distillation.NONE, 100);
    List<PairBatch> shards =
        List.of(
            RandomBatches.shard(7, 1, false, 1),
            RandomBatches.shard(1, 4, false, 2),
            RandomBatches.shard(1, 1, false, 3),
            RandomBatches.shard(3, 2, false, 4));

    Ranked one = Ranked.step(1, dropping(), rule, shards, DataType.FLOAT32);
    Ranked two = Ranked.step(2, dropping(), rule, shards, DataType.FLOAT32);

    assertArrayEquals(one.losses(), two.losses());
    assertArrayEquals(one.gradients(), two.gradients());
  }

  /** A step of one rank with dropout, in chunks of so many tokens. */
  private static Ranked alone(int tokens, List<PairBatch> shards, DataType type) throws Exception {
    return Ranked.step(
        1, dropping(), rule(Negatives.GLOBAL, Distillation.NONE, tokens), shards, type);
  }

  /** Whether kept or encoded again, in chunks of any size, dropout included. */
  @ParameterizedTest(name = "chunks of {0} tokens")
  @ValueSource(ints = {1, 30, 90, 200})
  void chunksChangeNothingButRounding(int tokens) throws Exception {
    List<PairBatch> shards = RandomBatches.shards(2, 6, 2, false, 5);

    Ranked whole = alone(WHOLE, shards, DataType.FLOAT64);
    Ranked chunked = alone(tokens, shards, DataType.FLOAT64);

    assertArrayEquals(whole.losses(), chunked.losses(), 1e-11);
    assertArrayEquals(whole.gradients(), chunked.gradients(), 1e-11);
  }

  /** Both budgets cut the same chunks; with the larger one more of them are kept. */
  @Test
  void chunksWithEqualRowsHaveEqualBitsWhetherTheyAreKeptOrNot() throws Exception {
    PairBatch batch = RandomBatches.shard(1, 1, false, 8);
    int longest = Math.max(batch.queries()[0].length, batch.passages()[0].length);
    List<PairBatch> shards = List.of(batch, batch, batch, batch);
    int tokens = (int) batch.tokens();
    assertEquals(1, Chunk.cut(batch, tokens, 0, 0).size());
    assertEquals(1, Chunk.cut(batch, 4 * tokens, 0, 0).size());
    assertTrue(longest < tokens);

    Ranked again = alone(tokens, shards, DataType.FLOAT32);
    Ranked kept = alone(4 * tokens, shards, DataType.FLOAT32);

    assertArrayEquals(kept.losses(), again.losses());
    assertArrayEquals(kept.gradients(), again.gradients());
  }

  /** What a step keeps lies in memory that the one before has used, longer or shorter. */
  @ParameterizedTest(name = "chunks of {0} tokens")
  @ValueSource(ints = {WHOLE, 24, 1})
  void stepsOfOtherSizesBeforeLeaveNoTrace(int most) throws Exception {
    PairBatch small = RandomBatches.shard(2, 1, false, 11);
    PairBatch large = RandomBatches.shard(9, 3, false, 12);

    double[] alone = gradients(List.of(large), most, true);

    assertArrayEquals(alone, gradients(List.of(large), most, false), "encoded again");
    assertArrayEquals(alone, gradients(List.of(small, large), most, true));
    assertArrayEquals(alone, gradients(List.of(large, small, large), most, true));
    assertFalse(Arrays.equals(alone, gradients(List.of(large, small), most, true)));
  }

  /** Of the last of some batches that one model encodes in chunks, one after the other. */
  private static double[] gradients(List<PairBatch> batches, int most, boolean keep) {
    ContrastiveRule rule = rule(Negatives.GLOBAL, Distillation.NONE, WHOLE);
    try (ContrastiveModel model = GoldenCase.model(dropping(), rule, DataType.FLOAT32);
        var arrays = model.newArrays()) {
      FlatVector leaf = model.newVector();
      for (PairBatch batch : batches) {
        int width = dropping().hiddenSize();
        ContrastiveModel.Matrix rows = model.newMatrix(arrays.manager(), batch.rows(), width);
        List<Chunk> chunks = Chunk.cut(batch, most, 0, 0);
        long tokens = chunks.stream().mapToLong(Chunk::tokens).sum();
        ContrastiveModel.Kept all = new ContrastiveModel.Kept(tokens, chunks.size());
        for (Chunk chunk : chunks) {
          if (keep) {
            model.vectorsKept(chunk, rows.array(), 7, all);
          } else {
            model.vectors(chunk, rows.array(), 7);
          }
        }
        for (Chunk chunk : chunks) {
          model.gradients(chunk, rows.array(), leaf, 7);
        }
      }
      return Ranked.values(leaf, DataType.FLOAT32);
    }
  }

  @Test
  void dropoutDrawsAnewForEveryStepAndRow() throws Exception {
    ContrastiveRule rule = rule(Negatives.GLOBAL, Distillation.NONE, WHOLE);
    PairBatch one = RandomBatches.shard(1, 1, false, 3);
    int[][] copies = {one.queries()[0], one.queries()[0]};
    PairBatch twins =
        new PairBatch(
            copies,
            copies,
            1,
            new TextHashes(new long[] {1, 2}, new long[] {3, 4}, new long[][] {{3}, {4}}),
            new double[0],
            false);
    try (ContrastiveModel model = GoldenCase.model(dropping(), rule, DataType.FLOAT32);
        var arrays = model.newArrays()) {
      ContrastiveModel.Matrix first = model.newMatrix(arrays.manager(), 4, 32);
      ContrastiveModel.Matrix second = model.newMatrix(arrays.manager(), 4, 32);
      Chunk chunk = Chunk.cut(twins, WHOLE, 0, 0).get(0);

      model.vectors(chunk, first.array(), 7);
      model.vectors(chunk, second.array(), 8);

      double[] rows = Ranked.values(first.flat(), DataType.FLOAT32);
      double[] later = Ranked.values(second.flat(), DataType.FLOAT32);
      for (int i = 0; i < 4; i++) {
        double[] row = Arrays.copyOfRange(rows, 32 * i, 32 * i + 32);
        assertFalse(Arrays.equals(row, Arrays.copyOfRange(later, 32 * i, 32 * i + 32)));
        for (int j = 0; j < i; j++) {
          assertFalse(Arrays.equals(row, Arrays.copyOfRange(rows, 32 * j, 32 * j + 32)));
        }
      }
    }
  }

  // ---- Finite differences ----------------------------------------------------------------------

  private static double loss(ContrastiveModel model, ContrastiveRule rule, List<PairBatch> shards)
      throws IOException {
    GradientTree tree = new GradientTree(model);
    ContrastiveObjective objective = new ContrastiveObjective(model, rule);
    RunPlan plan = Ranked.plan(shards.size(), 1);
    StepInput<PairBatch> input =
        new StepInput<>(3, plan, new Ranked.Same(shards), new LocalCollective(), tree, () -> {});
    double loss = objective.mean(plan, objective.step(input).losses())[0];
    tree.sum().array().close();
    return loss;
  }

  /** Along random directions through all parameters, with dropout. */
  @ParameterizedTest
  @MethodSource("rules")
  void gradientsAreThoseOfFiniteDifferences(ContrastiveRule rule) throws Exception {
    List<PairBatch> shards = RandomBatches.shards(2, 4, 3, rule.distills(), 2);
    Ranked got = Ranked.step(1, dropping(), rule, shards, DataType.FLOAT64);
    Random random = new Random(1);
    try (ContrastiveModel model = GoldenCase.model(dropping(), rule, DataType.FLOAT64)) {
      FlatVector parameters = model.parameters();
      double[] start = Ranked.values(parameters, DataType.FLOAT64);
      for (int trial = 0; trial < 3; trial++) {
        double[] direction = random.doubles(start.length, -1, 1).toArray();
        double slope = 0;
        for (int i = 0; i < start.length; i++) {
          slope += direction[i] * got.gradients()[i];
        }
        double epsilon = 1e-5;
        set(parameters, start, direction, epsilon);
        double up = loss(model, rule, shards);
        set(parameters, start, direction, -epsilon);
        double down = loss(model, rule, shards);

        double difference = (up - down) / (2 * epsilon);
        assertEquals(slope, difference, 1e-5 * Math.max(1, Math.abs(slope)), rule.toString());
      }
    }
  }

  private static void set(FlatVector vector, double[] start, double[] direction, double by) {
    ByteBuffer memory = vector.fetch().whole();
    for (int i = 0; i < start.length; i++) {
      memory.putDouble(8 * i, start[i] + by * direction[i]);
    }
  }

  // ---- Corners ---------------------------------------------------------------------------------

  @Test
  void aQueryWithoutNegativesHasNoLossAndNoGradient() throws Exception {
    ContrastiveRule rule = rule(Negatives.OWN, Distillation.NONE, WHOLE);

    Ranked got =
        Ranked.step(
            1, GoldenCase.shape(), rule, RandomBatches.shards(1, 3, 1, false, 1), DataType.FLOAT64);

    assertEquals(0, got.losses()[0], 1e-12);
    assertTrue(Arrays.stream(got.gradients()).allMatch(g -> Math.abs(g) < 1e-12));
  }

  @Test
  void aDataSetsOwnNegativesAreThoseOfTheGroupWhateverTheRuleSays() throws Exception {
    List<PairBatch> shards = RandomBatches.shards(2, 4, 3, false, 4);
    List<PairBatch> own =
        shards.stream()
            .map(
                b ->
                    new PairBatch(
                        b.queries(), b.passages(), b.groupSize(), b.texts(), b.teacher(), true))
            .toList();
    ContrastiveRule global = rule(Negatives.GLOBAL, Distillation.NONE, WHOLE);
    ContrastiveRule groups = rule(Negatives.OWN, Distillation.NONE, WHOLE);

    Ranked byData = Ranked.step(2, GoldenCase.shape(), global, own, DataType.FLOAT32);
    Ranked byRule = Ranked.step(1, GoldenCase.shape(), groups, shards, DataType.FLOAT32);

    assertArrayEquals(byRule.losses(), byData.losses());
    assertArrayEquals(byRule.gradients(), byData.gradients());
  }

  @Test
  void emptyTextsAndZeroVectorsTrain() throws Exception {
    int[] empty = {2, 3};
    int[][] three = {empty, empty, {2, 7, 3}};
    TextHashes texts =
        new TextHashes(new long[] {1, 1, 2}, new long[] {1, 1, 3}, new long[][] {{1}, {1}, {3}});
    PairBatch batch = new PairBatch(three, three, 1, texts, new double[0], false);
    for (Pooling pooling : Pooling.values()) {
      ContrastiveRule rule =
          new ContrastiveRule(
              pooling,
              true,
              0.01,
              Negatives.GLOBAL,
              true,
              Distillation.NONE,
              1,
              List.of(),
              WHOLE,
              false);
      Ranked got = Ranked.step(1, GoldenCase.shape(), rule, List.of(batch), DataType.FLOAT32);
      assertTrue(Double.isFinite(got.losses()[0]));
      assertTrue(Arrays.stream(got.gradients()).allMatch(Double::isFinite));

      try (ContrastiveModel zero =
          new ContrastiveModel(
              GoldenCase.shape(),
              rule,
              DataType.FLOAT32,
              io.retromae.training.libtorch.Compute.CPU)) {
        // All parameters zero: all vectors are, and every score is 0.
        double loss = loss(zero, rule, List.of(batch));
        assertEquals((2 * Math.log(2) + Math.log(3)) / 3, loss, 1e-6, pooling.toString());
      }
    }
  }

  @Test
  void anEvaluationScoresABatchByItselfWithoutDropout() throws Exception {
    PairBatch batch = RandomBatches.shard(5, 2, true, 6);
    ContrastiveRule rule = rule(Negatives.GLOBAL, Distillation.KL_DIV, 60);
    Ranked step = Ranked.step(1, GoldenCase.shape(), rule, List.of(batch), DataType.FLOAT32);
    try (ContrastiveModel model = GoldenCase.model(dropping(), rule, DataType.FLOAT32)) {
      EvaluationSums sums = new ContrastiveObjective(model, rule).evaluate(batch);

      assertEquals(5, sums.rows());
      assertEquals(step.losses()[1], sums.terms().get("contrastive").meanLoss(), 1e-6);
      assertEquals(step.losses()[2], sums.terms().get("distillation").meanLoss(), 1e-6);
      assertTrue(sums.terms().get("contrastive").correct().getAsLong() <= 5);
      assertTrue(sums.terms().get("distillation").correct().isEmpty());
    }
  }

  @Test
  void arraysOfAStepAreGivenBack() throws Exception {
    ContrastiveRule rule = rule(Negatives.GLOBAL, Distillation.NONE, 60);
    List<PairBatch> shards = RandomBatches.shards(2, 4, 2, false, 7);
    try (ContrastiveModel model = GoldenCase.model(dropping(), rule, DataType.FLOAT32)) {
      GradientTree tree = new GradientTree(model);
      ContrastiveObjective objective = new ContrastiveObjective(model, rule);
      RunPlan plan = Ranked.plan(2, 1);
      int before = 0;
      for (int step = 0; step < 200; step++) {
        objective.step(
            new StepInput<>(
                step, plan, new Ranked.Same(shards), new LocalCollective(), tree, () -> {}));
        tree.release(tree.sum());
        before = step == 2 ? model.liveArrays() : before;
      }

      assertEquals(before, model.liveArrays());
    }
  }

  @Test
  void aPlanThatAveragesOtherwiseIsRefused() {
    ContrastiveRule rule = rule(Negatives.GLOBAL, Distillation.NONE, WHOLE);
    RunPlan plan =
        new RunPlan(1, 1, 2, List.of(1L), LossReduction.MICRO_BATCH, 1, 1, Optional.empty(), 1, 1);
    try (ContrastiveModel model = GoldenCase.model(rule, DataType.FLOAT32)) {
      ContrastiveObjective objective = new ContrastiveObjective(model, rule);
      Exception refused =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  objective.step(
                      new StepInput<>(
                          0,
                          plan,
                          new Ranked.Same(List.of()),
                          new LocalCollective(),
                          new GradientTree(model),
                          () -> {})));
      assertTrue(refused.getMessage().contains("2 micro-batches"), refused.getMessage());
    }
  }
}
