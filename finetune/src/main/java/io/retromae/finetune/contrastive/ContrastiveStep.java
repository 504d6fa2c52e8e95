package io.retromae.finetune.contrastive;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.retromae.training.bert.BertFlops;
import io.retromae.training.collective.Collective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.optimize.GradientTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/**
 * One step of one rank by gradient caching (GradCache, arXiv:2101.06983): the rows of its shards
 * are encoded chunk by chunk, their vectors given to all ranks, the loss and the gradients of the
 * vectors computed, and each chunk encoded again for its parameter gradients. The first chunks, as
 * many as have the tokens that the rule allows, are encoded once and kept; their numbers have the
 * same bits either way.
 */
final class ContrastiveStep {
  private final ContrastiveModel model;
  private final ContrastiveRule rule;
  private final Ranks ranks;
  private final List<PairBatch> own;
  private final VectorExchange exchange;
  private final BatchLayout layout;
  private final List<List<Chunk>> chunks = new ArrayList<>();
  private final ContrastiveModel.Matrix vectors;
  private final ContrastiveModel.Matrix gradients;

  /**
   * Who computes what.
   *
   * @param collective between the ranks
   * @param firstShard [W + 1] where each rank's logical shards begin, and their number
   * @param dropoutSeed of a logical shard
   * @param checkCancelled called before each chunk; throws if the task was cancelled
   */
  record Ranks(
      Collective collective,
      int[] firstShard,
      IntToLongFunction dropoutSeed,
      Runnable checkCancelled) {
    int firstOwn() {
      return firstShard[collective.rank()];
    }
  }

  /**
   * Learns from all ranks how large the step is; every rank must come here.
   *
   * @param own this rank's shards
   * @param scope to which the step's native memory belongs
   */
  ContrastiveStep(
      ContrastiveModel model,
      ContrastiveRule rule,
      Ranks ranks,
      List<PairBatch> own,
      NDManager scope) {
    this.model = model;
    this.rule = rule;
    this.ranks = ranks;
    this.own = own;
    this.exchange = new VectorExchange(ranks.collective());
    this.layout = BatchLayout.of(exchange.gather(BatchLayout.message(own)));
    int pad = model.shape().padTokenId();
    int number = 0;
    for (PairBatch batch : own) {
      chunks.add(
          Chunk.cut(batch, Math.min(rule.tokensPerChunk(), model.bestTokens()), pad, number));
      number += chunks.get(chunks.size() - 1).size();
    }
    int width = model.shape().hiddenSize();
    this.vectors = model.newMatrix(scope, layout.rows(), width);
    this.gradients = model.newMatrix(scope, rowsBehind(own.size()), width);
  }

  /** Queries of the whole step. */
  int queries() {
    return layout.queries();
  }

  /**
   * Floating-point operations that this rank's rows take, forward and backward: their vectors, and
   * the scores of its queries. Encoding a chunk again, and the second pass over the scores, are
   * ways to save memory, and none of the model's.
   */
  double flops() {
    ContrastiveFlops flops = new ContrastiveFlops(model.shape(), rule);
    double forward = 0;
    for (int i = 0; i < own.size(); i++) {
      BatchLayout.Shard shard = layout.shards().get(ranks.firstOwn() + i);
      forward += flops.vectors(own.get(i)) + flops.scores(shard, layout.passages());
    }
    return BertFlops.TRAINING * forward;
  }

  /** [rows, D] of all ranks, after {@link #exchange}. */
  ContrastiveModel.Matrix vectors() {
    return vectors;
  }

  /** [own rows, D] d loss / d vector, after {@link #compare}. */
  ContrastiveModel.Matrix vectorGradients() {
    return gradients;
  }

  /** Rows of the first of this rank's shards. */
  private int rowsBehind(int shards) {
    return layout.firstRow(ranks.firstOwn() + shards) - layout.firstRow(ranks.firstOwn());
  }

  private NDArray vectorsOf(int shard) {
    int first = ranks.firstOwn() + shard;
    return vectors.rows(layout.firstRow(first), layout.firstRow(first + 1));
  }

  private long seedOf(int shard) {
    return ranks.dropoutSeed().applyAsLong(ranks.firstOwn() + shard);
  }

  /**
   * Encodes all own rows.
   *
   * @param forBackward whether {@link #backward} follows
   */
  void encode(boolean forBackward) {
    ContrastiveModel.Kept kept = forBackward ? kept() : new ContrastiveModel.Kept(0, 0);
    for (int shard = 0; shard < own.size(); shard++) {
      NDArray into = vectorsOf(shard);
      for (Chunk chunk : chunks.get(shard)) {
        ranks.checkCancelled().run();
        if (chunk.number() < kept.chunks()) {
          model.vectorsKept(chunk, into, seedOf(shard), kept);
        } else {
          model.vectors(chunk, into, seedOf(shard));
        }
      }
    }
  }

  /** The first chunks that the rule's tokens have room for; one at least, if only of a long row. */
  private ContrastiveModel.Kept kept() {
    long tokens = 0;
    int number = 0;
    for (Chunk chunk : (Iterable<Chunk>) chunks.stream().flatMap(List::stream)::iterator) {
      if (number > 0 && tokens + chunk.tokens() > rule.tokensPerChunk()) {
        break;
      }
      tokens += chunk.tokens();
      number++;
    }
    return new ContrastiveModel.Kept(tokens, number);
  }

  /** Gives all ranks the vectors of all rows. */
  void exchange() {
    int[] firstRow = Arrays.stream(ranks.firstShard()).map(layout::firstRow).toArray();
    exchange.gather(vectors.flat(), firstRow, model.shape().hiddenSize());
  }

  /** Loss of each own shard, and gradients of its vectors. */
  List<PairSums> compare() {
    Optional<SameText> sameText =
        rule.maskSameText()
            ? Optional.of(new SameText(layout, exchange.gather(SameText.message(own))))
            : Optional.empty();
    TwoSidedLoss.Step step =
        new TwoSidedLoss.Step(
            layout, sameText, own, ranks.firstOwn(), exchange, ranks.checkCancelled());
    return new TwoSidedLoss(model, rule, step).run(vectors.array(), gradients.array());
  }

  /** Parameter gradients: one leaf a shard, in the order of shards; its chunks in their order. */
  void backward(GradientTree tree) {
    for (int shard = 0; shard < own.size(); shard++) {
      NDArray ofShard = gradients.rows(rowsBehind(shard), rowsBehind(shard + 1));
      FlatVector leaf = tree.borrow();
      for (Chunk chunk : chunks.get(shard)) {
        ranks.checkCancelled().run();
        model.gradients(chunk, ofShard, leaf, seedOf(shard));
      }
      tree.push(leaf);
    }
  }
}
