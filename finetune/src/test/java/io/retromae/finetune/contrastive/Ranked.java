package io.retromae.finetune.contrastive;

import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.RankThreads;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.LossReduction;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.StepInput;
import io.retromae.training.loop.StepSums;
import io.retromae.training.optimize.GradientTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A step computed by ranks that are threads, each with a model of its own. */
record Ranked(double[] losses, List<double[]> gauges, double[] gradients) {
  /** A plan of a run that only ever takes one batch a shard. */
  static RunPlan plan(int shards, int world) {
    return new RunPlan(
        shards,
        world,
        1,
        List.of(100L),
        LossReduction.TOKEN,
        1_000,
        1_000,
        Optional.empty(),
        3,
        42);
  }

  /** The same batches in every step. */
  record Same(List<PairBatch> shards) implements BatchSource<PairBatch> {
    @Override
    public PairBatch next(int logicalShard, long step, int microBatch) {
      return shards.get(logicalShard);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private record Part(StepSums sums, double[] gradients) {}

  /** One step of the recorded weights. */
  static Ranked step(
      int world, BertShape shape, ContrastiveRule rule, List<PairBatch> shards, DataType type)
      throws Exception {
    List<Part> parts = new ArrayList<>();
    for (RankThreads.Outcome<Part> outcome :
        RankThreads.run(world, collective -> part(collective, shape, rule, shards, type))) {
      parts.add(outcome.value());
    }
    List<double[]> losses = parts.stream().flatMap(part -> part.sums().losses().stream()).toList();
    try (ContrastiveModel model = GoldenCase.model(shape, rule, type)) {
      double[] mean =
          new ContrastiveObjective(model, rule).mean(plan(shards.size(), world), losses);
      List<double[]> gauges =
          parts.stream().flatMap(part -> part.sums().gauges().stream()).toList();
      return new Ranked(mean, gauges, treeSum(parts.stream().map(Part::gradients).toList(), type));
    }
  }

  private static Part part(
      Collective collective,
      BertShape shape,
      ContrastiveRule rule,
      List<PairBatch> shards,
      DataType type)
      throws Exception {
    try (ContrastiveModel model = GoldenCase.model(shape, rule, type)) {
      GradientTree tree = new GradientTree(model);
      StepSums sums =
          new ContrastiveObjective(model, rule)
              .step(
                  new StepInput<>(
                      3,
                      plan(shards.size(), collective.worldSize()),
                      new Same(shards),
                      collective,
                      tree,
                      () -> {}));
      return new Part(sums, values(tree.sum(), type));
    }
  }

  static double[] values(FlatVector vector, DataType type) {
    ByteBuffer memory = vector.fetch().whole();
    double[] values = new double[(int) vector.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type == DataType.FLOAT64 ? memory.getDouble(8 * i) : memory.getFloat(4 * i);
    }
    return values;
  }

  /** ((0 + 1) + (2 + 3)), as ranks add. */
  private static double[] treeSum(List<double[]> parts, DataType type) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int half = parts.size() / 2;
    double[] left = treeSum(parts.subList(0, half), type);
    double[] right = treeSum(parts.subList(half, parts.size()), type);
    double[] sum = new double[left.length];
    for (int i = 0; i < sum.length; i++) {
      double exact = left[i] + right[i];
      sum[i] = type == DataType.FLOAT64 ? exact : (float) exact;
    }
    return sum;
  }

  /** One parameter's part of the gradients. */
  double[] gradient(BertModel model, ParameterLayout.Parameter parameter) {
    int from = (int) parameter.offset();
    return Arrays.copyOfRange(gradients, from, from + (int) parameter.size());
  }
}
