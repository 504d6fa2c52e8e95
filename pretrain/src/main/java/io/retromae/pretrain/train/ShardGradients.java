package io.retromae.pretrain.train;

import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.config.ObjectiveSettings.LossReduction;
import io.retromae.pretrain.model.BatchArrays;
import io.retromae.pretrain.model.BatchTensors;
import io.retromae.pretrain.model.FlatVector;
import io.retromae.pretrain.model.LossScale;
import io.retromae.pretrain.model.Losses;
import io.retromae.pretrain.model.RetroMaeModel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/** Forward and backward of one rank's logical shards; their gradients end up in a tree. */
final class ShardGradients {
  private final RetroMaeModel model;
  private final Collective collective;
  private final BatchSource batches;
  private final RunPlan plan;
  private final Cancellation cancellation;
  private final GradientTree tree;

  ShardGradients(Trainer.Parts parts, RunPlan plan, Cancellation cancellation, GradientTree tree) {
    this.model = parts.model();
    this.collective = parts.collective();
    this.batches = parts.batches();
    this.plan = plan;
    this.cancellation = cancellation;
    this.tree = tree;
  }

  /** What adds up over the micro-batches of a step. */
  private static final class Tally {
    private long tokens;
    private long samples;
    private double dataMs;
    private double computeMs;
  }

  /** One step's micro-batches of this rank. */
  ShardWork accumulate(long step) throws IOException {
    Tally tally = new Tally();
    boolean byToken = plan.lossReduction() == LossReduction.TOKEN;
    Queue<BatchArrays> ahead = byToken ? fetchAll(step, tally) : new ArrayDeque<>();
    TargetCounts whole = byToken ? countsOfStep(ahead) : TargetCounts.NONE;
    List<Losses> losses = new ArrayList<>();
    for (int shard = firstShard(); shard < endShard(); shard++) {
      FlatVector leaf = tree.borrow();
      List<Losses> ofShard = new ArrayList<>();
      for (int k = 0; k < plan.accumulationSteps(); k++) {
        cancellation.checkCancelled();
        BatchArrays batch = byToken ? ahead.remove() : fetch(shard, step, k, tally);
        LossScale scale = byToken ? TargetCounts.of(batch).shareOf(whole) : LossScale.ONE;
        long computeStart = System.nanoTime();
        Losses means = microBatch(batch, k == 0, leaf, plan.dropoutSeed(step, shard, k), scale);
        tally.computeMs += Stopwatch.millisSince(computeStart);
        ofShard.add(scaled(means, scale));
      }
      losses.add(reduce(ofShard));
      tree.push(leaf);
    }
    return new ShardWork(losses, tally.tokens, tally.samples, tally.dataMs, tally.computeMs);
  }

  /** The step's loss, or a shard's part of it, from parts in their order. */
  Losses reduce(List<Losses> parts) {
    double[] sum = new double[4];
    for (Losses part : parts) {
      sum[0] += part.total();
      sum[1] += part.encoder();
      sum[2] += part.decoder();
      sum[3] += part.bow();
    }
    int n =
        switch (plan.lossReduction()) {
          case MICRO_BATCH -> parts.size();
          case TOKEN -> 1;
        };
    return new Losses(sum[0] / n, sum[1] / n, sum[2] / n, sum[3] / n);
  }

  /** The weight of a micro-batch depends on all others, so all are needed before the first. */
  private Queue<BatchArrays> fetchAll(long step, Tally tally) throws IOException {
    Queue<BatchArrays> all = new ArrayDeque<>();
    for (int shard = firstShard(); shard < endShard(); shard++) {
      for (int k = 0; k < plan.accumulationSteps(); k++) {
        all.add(fetch(shard, step, k, tally));
      }
    }
    return all;
  }

  private BatchArrays fetch(int shard, long step, int microBatch, Tally tally) throws IOException {
    long start = System.nanoTime();
    BatchArrays batch = batches.next(shard, step, microBatch);
    tally.dataMs += Stopwatch.millisSince(start);
    tally.tokens += Arrays.stream(batch.lengths()).sum();
    tally.samples += batch.rows();
    return batch;
  }

  private TargetCounts countsOfStep(Queue<BatchArrays> own) {
    TargetCounts ofRank = TargetCounts.NONE;
    for (BatchArrays batch : own) {
      ofRank = ofRank.plus(TargetCounts.of(batch));
    }
    TargetCounts ofStep = TargetCounts.NONE;
    for (byte[] message : collective.allGather(ofRank.toBytes())) {
      ofStep = ofStep.plus(TargetCounts.of(message));
    }
    return ofStep;
  }

  /** One micro-batch; its gradients replace the leaf's content or are added to it. */
  private Losses microBatch(
      BatchArrays batch, boolean first, FlatVector leaf, long dropoutSeed, LossScale scale) {
    try (BatchTensors tensors = model.tensors(batch)) {
      if (first) {
        return model.gradients(tensors, leaf, dropoutSeed, scale);
      }
      FlatVector more = tree.borrow();
      Losses losses = model.gradients(tensors, more, dropoutSeed, scale);
      model.add(leaf, more);
      tree.release(more);
      return losses;
    }
  }

  /** The model scales the total only. */
  private static Losses scaled(Losses means, LossScale scale) {
    return new Losses(
        means.total(),
        scale.encoder() * means.encoder(),
        scale.decoder() * means.decoder(),
        scale.bow() * means.bow());
  }

  private int firstShard() {
    return plan.firstShard(collective.rank());
  }

  private int endShard() {
    return plan.firstShard(collective.rank() + 1);
  }
}
