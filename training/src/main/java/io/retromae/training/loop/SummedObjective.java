package io.retromae.training.loop;

import io.retromae.training.libtorch.FlatVector;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;

/**
 * An objective whose micro-batches know nothing of each other: computes them one after the other
 * and averages as the plan's {@link LossReduction} says.
 *
 * @param <S> a micro-batch
 */
public final class SummedObjective<S extends MicroBatch> implements Objective<S> {
  private final MicroBatchLoss<S> loss;
  private final double[] ones;

  /** The sum over micro-batches of a loss. */
  public SummedObjective(MicroBatchLoss<S> loss) {
    this.loss = loss;
    this.ones = new double[loss.terms().size()];
    Arrays.fill(ones, 1);
  }

  @Override
  public List<LossTerm> terms() {
    return loss.terms();
  }

  @Override
  public EvaluationSums evaluate(S batch) {
    return loss.evaluate(batch);
  }

  @Override
  public StepSums step(StepInput<S> input) throws IOException {
    return new Step(input).run();
  }

  @Override
  public double[] mean(RunPlan plan, List<double[]> parts) {
    double[] sum = new double[1 + ones.length];
    for (double[] part : parts) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part[i];
      }
    }
    int n =
        switch (plan.lossReduction()) {
          case MICRO_BATCH -> parts.size();
          case TOKEN -> 1; // each is a part of the whole mean
        };
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= n;
    }
    return sum;
  }

  /** One step's micro-batches of this rank, and what adds up over them. */
  private final class Step {
    private final StepInput<S> input;
    private final boolean byToken;
    private long tokens;
    private long samples;
    private double flops;
    private double dataMs;
    private double computeMs;

    Step(StepInput<S> input) {
      this.input = input;
      this.byToken = input.plan().lossReduction() == LossReduction.TOKEN;
    }

    StepSums run() throws IOException {
      Queue<S> ahead = byToken ? fetchAll() : new ArrayDeque<>();
      long[] whole = byToken ? countsOfStep(ahead) : new long[ones.length];
      List<double[]> losses = new ArrayList<>();
      for (int shard = input.firstShard(); shard < input.endShard(); shard++) {
        FlatVector leaf = input.tree().borrow();
        List<double[]> ofShard = new ArrayList<>();
        for (int k = 0; k < input.plan().accumulationSteps(); k++) {
          input.checkCancelled().run();
          S batch = byToken ? ahead.remove() : fetch(shard, k);
          double[] scale = byToken ? TermScale.share(loss.counts(batch), whole) : ones;
          long seed = input.plan().dropoutSeed(input.step(), shard, k);
          long computeStart = System.nanoTime();
          double[] means = microBatch(batch, k == 0, leaf, seed, scale);
          computeMs += Stopwatch.millisSince(computeStart);
          ofShard.add(scaled(means, scale));
        }
        losses.add(mean(input.plan(), ofShard));
        input.tree().push(leaf);
      }
      List<double[]> noGauges = Collections.nCopies(losses.size(), new double[0]);
      return new StepSums(losses, noGauges, tokens, samples, flops, dataMs, computeMs);
    }

    /** The weight of a micro-batch depends on all others, so all are needed before the first. */
    private Queue<S> fetchAll() throws IOException {
      Queue<S> all = new ArrayDeque<>();
      for (int shard = input.firstShard(); shard < input.endShard(); shard++) {
        for (int k = 0; k < input.plan().accumulationSteps(); k++) {
          all.add(fetch(shard, k));
        }
      }
      return all;
    }

    private S fetch(int shard, int microBatch) throws IOException {
      long start = System.nanoTime();
      S batch = input.batches().next(shard, input.step(), microBatch);
      dataMs += Stopwatch.millisSince(start);
      tokens += batch.tokens();
      samples += batch.rows();
      flops += loss.flops(batch);
      return batch;
    }

    private long[] countsOfStep(Queue<S> own) {
      long[] ofRank = new long[ones.length];
      own.forEach(batch -> TermScale.add(ofRank, loss.counts(batch)));
      long[] ofStep = new long[ones.length];
      for (byte[] message : input.collective().allGather(TermScale.toBytes(ofRank))) {
        TermScale.add(ofStep, TermScale.fromBytes(message));
      }
      return ofStep;
    }

    /** One micro-batch; its gradients replace the leaf's content or are added to it. */
    private double[] microBatch(
        S batch, boolean first, FlatVector leaf, long dropoutSeed, double[] scale) {
      if (first) {
        return loss.gradients(batch, leaf, dropoutSeed, scale);
      }
      FlatVector more = input.tree().borrow();
      double[] means = loss.gradients(batch, more, dropoutSeed, scale);
      input.tree().add(leaf, more);
      input.tree().release(more);
      return means;
    }
  }

  /** The loss scales the total only. */
  private static double[] scaled(double[] means, double[] scale) {
    double[] scaled = means.clone();
    for (int term = 0; term < scale.length; term++) {
      scaled[1 + term] = scale[term] * means[1 + term];
    }
    return scaled;
  }
}
