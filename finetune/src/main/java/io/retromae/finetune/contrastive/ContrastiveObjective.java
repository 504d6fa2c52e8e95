package io.retromae.finetune.contrastive;

import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.collective.Collective;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossReduction;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.Objective;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.loop.StepInput;
import io.retromae.training.loop.StepSums;
import io.retromae.training.loop.Trainee;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The contrastive objective: a step's queries are scored with passages of all ranks. Its gradient
 * is that of the mean over all queries of the step, for any number of ranks, and has the same bits
 * for every number that gives each rank a power of two of logical shards.
 */
public final class ContrastiveObjective implements Objective<PairBatch> {
  static final String CONTRASTIVE = "contrastive";
  static final String DISTILLATION = "distillation";

  private static final LossTerm CONTRAST = new LossTerm(CONTRASTIVE, 1, LossTerm.Over.ROWS, true);

  private final ContrastiveModel model;
  private final ContrastiveRule rule;

  /** Over a model that this does not close. */
  ContrastiveObjective(ContrastiveModel model, ContrastiveRule rule) {
    this.model = model;
    this.rule = rule;
  }

  /** A model whose parameters are all zero, and this as what it minimises; close the model. */
  public static Trainee<PairBatch> trainee(BertShape shape, ContrastiveRule rule, Compute compute) {
    ContrastiveModel model = new ContrastiveModel(shape, rule, DataType.FLOAT32, compute);
    return new Trainee<>(model, new ContrastiveObjective(model, rule));
  }

  @Override
  public List<LossTerm> terms() {
    return terms(rule);
  }

  /** The terms of a rule's loss. */
  public static List<LossTerm> terms(ContrastiveRule rule) {
    LossTerm kd = new LossTerm(DISTILLATION, rule.kdWeight(), LossTerm.Over.ROWS, false);
    return switch (rule.distillation()) {
      case NONE -> List.of(CONTRAST);
      case KL_DIV -> List.of(CONTRAST, kd);
      case M3_KD_LOSS -> List.of(kd);
    };
  }

  /** Cosines, or inner products where vectors are not normalised. */
  @Override
  public List<String> gauges() {
    String score = rule.normalize() ? "cosine" : "product";
    List<String> names =
        new ArrayList<>(List.of("accuracy", "positive_" + score, "hardest_negative_" + score));
    if (rule.maskSameText()) {
      names.add("masked_share");
    }
    return names;
  }

  /** Sums and divisors of {@link #gauges}. */
  private double[] gauges(PairSums sums) {
    double[] all = {
      sums.hits(),
      sums.queries(),
      rule.temperature() * sums.positive(),
      sums.queries(),
      rule.temperature() * sums.hardest(),
      sums.withNegatives(),
      sums.masked(),
      sums.candidates()
    };
    return Arrays.copyOf(all, 2 * gauges().size());
  }

  /** The total, then each term, of sums over queries. */
  private double[] losses(PairSums sums) {
    double contrast = sums.contrast();
    double kd = sums.distillation();
    return switch (rule.distillation()) {
      case NONE -> new double[] {contrast, contrast};
      case KL_DIV -> new double[] {contrast + rule.kdWeight() * kd, contrast, kd};
      case M3_KD_LOSS -> new double[] {kd, kd};
    };
  }

  @Override
  public StepSums step(StepInput<PairBatch> input) throws IOException {
    RunPlan plan = input.plan();
    check(plan);
    long start = System.nanoTime();
    List<PairBatch> own = fetch(input);
    long fetched = System.nanoTime();
    Collective.Times exchangedBefore = input.collective().times();
    try (BatchTensors arrays = model.newArrays()) {
      ContrastiveStep step = new ContrastiveStep(model, rule, ranks(input), own, arrays.manager());
      step.encode(true);
      step.exchange();
      List<PairSums> sums = step.compare();
      step.backward(input.tree());
      double exchangeMs = input.collective().times().since(exchangedBefore).totalMs();
      double n = step.queries();
      return new StepSums(
          sums.stream().map(shard -> losses(shard.times(1 / n))).toList(),
          sums.stream().map(this::gauges).toList(),
          own.stream().mapToLong(PairBatch::tokens).sum(),
          own.stream().mapToLong(PairBatch::rows).sum(),
          step.flops(),
          (fetched - start) / 1e6,
          (System.nanoTime() - fetched) / 1e6 - exchangeMs);
    }
  }

  private static List<PairBatch> fetch(StepInput<PairBatch> input) throws IOException {
    List<PairBatch> own = new ArrayList<>();
    for (int shard = input.firstShard(); shard < input.endShard(); shard++) {
      own.add(input.batches().next(shard, input.step(), 0));
    }
    return own;
  }

  private static ContrastiveStep.Ranks ranks(StepInput<PairBatch> input) {
    RunPlan plan = input.plan();
    int[] firstShard = new int[input.collective().worldSize() + 1];
    Arrays.setAll(firstShard, plan::firstShard);
    return new ContrastiveStep.Ranks(
        input.collective(),
        firstShard,
        shard -> plan.dropoutSeed(input.step(), shard, 0),
        input.checkCancelled());
  }

  /** Each shard's gradient is its part of the whole mean, of one batch. */
  private static void check(RunPlan plan) {
    if (plan.accumulationSteps() != 1 || plan.lossReduction() != LossReduction.TOKEN) {
      throw new IllegalArgumentException(
          "contrastive loss with %d micro-batches a shard and reduction %s: must be 1 and TOKEN"
              .formatted(plan.accumulationSteps(), plan.lossReduction()));
    }
  }

  @Override
  public double[] mean(RunPlan plan, List<double[]> shards) {
    double[] sum = new double[1 + terms().size()];
    for (double[] shard : shards) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += shard[i];
      }
    }
    return sum;
  }

  /** The batch is a step of its own: its queries are scored with its passages. */
  @Override
  public EvaluationSums evaluate(PairBatch batch) {
    try (BatchTensors arrays = model.newArrays();
        LocalCollective alone = new LocalCollective()) {
      ContrastiveStep.Ranks ranks =
          new ContrastiveStep.Ranks(
              alone, new int[] {0, 1}, shard -> ContrastiveModel.NO_DROPOUT, () -> {});
      ContrastiveStep step =
          new ContrastiveStep(model, rule, ranks, List.of(batch), arrays.manager());
      step.encode(false);
      step.exchange();
      return scored(step.compare().get(0));
    }
  }

  private EvaluationSums scored(PairSums sums) {
    double[] losses = losses(sums);
    long queries = Math.round(sums.queries());
    Map<String, EvaluationSums.Sum> terms = new LinkedHashMap<>();
    List<LossTerm> names = terms();
    for (int i = 0; i < names.size(); i++) {
      OptionalLong hits =
          names.get(i).hits() ? OptionalLong.of(Math.round(sums.hits())) : OptionalLong.empty();
      terms.put(names.get(i).name(), new EvaluationSums.Sum(losses[1 + i], queries, hits));
    }
    return new EvaluationSums(terms, queries);
  }

  /**
   * Means over the queries of held-out steps, by the names that an evaluation gives them. A step is
   * computed as one of training is, by all ranks together, but without dropout; so the figures have
   * the same bits for every number of ranks. Every rank must call it.
   *
   * @param batches of steps 0 to {@code steps} - 1
   * @param logicalShards L
   * @param goesOn called before each chunk
   * @throws IOException if the batches cannot be read
   */
  public Map<String, Double> heldOut(
      BatchSource<PairBatch> batches,
      int steps,
      int logicalShards,
      Collective collective,
      Runnable goesOn)
      throws IOException {
    int world = collective.worldSize();
    int[] firstShard = new int[world + 1];
    Arrays.setAll(firstShard, rank -> rank * (logicalShards / world));
    ContrastiveStep.Ranks ranks =
        new ContrastiveStep.Ranks(
            collective, firstShard, shard -> ContrastiveModel.NO_DROPOUT, goesOn);
    PairSums all = PairSums.NONE;
    for (int number = 0; number < steps; number++) {
      List<PairBatch> own = new ArrayList<>();
      for (int shard = ranks.firstOwn(); shard < firstShard[collective.rank() + 1]; shard++) {
        own.add(batches.next(shard, number, 0));
      }
      try (BatchTensors arrays = model.newArrays()) {
        ContrastiveStep step = new ContrastiveStep(model, rule, ranks, own, arrays.manager());
        step.encode(false);
        step.exchange();
        for (byte[] message : collective.allGather(PairSums.toBytes(step.compare()))) {
          for (PairSums shard : PairSums.fromBytes(message)) {
            all = all.plus(shard);
          }
        }
      }
    }
    return new EvaluationReport(0, scored(all)).figures(terms());
  }
}
