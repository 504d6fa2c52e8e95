package io.retromae.finetune.contrastive;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BatchTensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Loss and gradients of the vectors of this rank's shards, tile by tile: first by queries, then,
 * when all ranks know all normalisers, by passages. What belongs to a shard is computed in the same
 * blocks and tiles, in the order of shards, whichever rank has it.
 */
final class TwoSidedLoss {
  /** Most queries of a tile. With {@link #PASSAGES} 4 MB of float32 scores; bits depend on both. */
  static final int QUERIES = 512;

  /** Most passages of a tile. */
  static final int PASSAGES = 2_048;

  private final ContrastiveModel model;
  private final ContrastiveRule rule;
  private final Step step;

  /**
   * What is computed.
   *
   * @param layout of all shards
   * @param sameText what does not count as a negative; empty if everything does
   * @param own this rank's shards
   * @param firstShard the first of them
   * @param exchange with the other ranks
   * @param checkCancelled called before each block
   */
  record Step(
      BatchLayout layout,
      Optional<SameText> sameText,
      List<PairBatch> own,
      int firstShard,
      VectorExchange exchange,
      Runnable checkCancelled) {
    int ownFirstRow() {
      return layout.firstRow(firstShard);
    }

    int ownRows() {
      return layout.firstRow(firstShard + own.size()) - ownFirstRow();
    }
  }

  TwoSidedLoss(ContrastiveModel model, ContrastiveRule rule, Step step) {
    this.model = model;
    this.rule = rule;
    this.step = step;
  }

  /**
   * The loss, for which every rank must call it.
   *
   * @param vectors [rows, D] of all ranks
   * @param gradients [own rows, D] to which d loss / d vector is added
   * @return of each own shard
   */
  List<PairSums> run(NDArray vectors, NDArray gradients) {
    int width = Math.toIntExact(vectors.getShape().get(1));
    List<Integer> dims = rule.mrlDims().isEmpty() ? List.of(width) : rule.mrlDims();
    PairSums[] sums = new PairSums[step.own().size()];
    Arrays.fill(sums, PairSums.NONE);
    for (int d : dims) {
      double share = 1.0 / dims.size();
      List<PairSums> ofDims = ofDims(d, share, vectors, gradients);
      for (int i = 0; i < sums.length; i++) {
        sums[i] = sums[i].plus(ofDims.get(i).times(share));
      }
    }
    return List.of(sums);
  }

  private List<PairSums> ofDims(int dims, double share, NDArray vectors, NDArray gradients) {
    try (BatchTensors arrays = model.newArrays()) {
      NDManager scope = arrays.manager();
      ContrastiveModel.Embeddings all = model.embeddings(scope, vectors, dims);
      ContrastiveModel.Matrix own = model.newMatrix(scope, step.ownRows(), dims);
      double factor = share / step.layout().queries();

      List<PairSums> sums = new ArrayList<>();
      double[] z = queries(all.rows(), own.array(), factor, sums);
      double[] allZ = exchanged(z);
      passages(all.rows(), own.array(), factor, allZ);

      String rows = step.ownFirstRow() + ":" + (step.ownFirstRow() + step.ownRows());
      model.addThroughEmbeddings(
          scope, gradients, own.array(), all.rows().get(rows), all.norms().get(rows));
      return sums;
    }
  }

  private double[] exchanged(double[] own) {
    ByteBuffer message = ByteBuffer.allocate(own.length * Double.BYTES);
    message.asDoubleBuffer().put(own);
    double[] all = new double[step.layout().queries()];
    int at = 0;
    for (byte[] part : step.exchange().gather(message.array())) {
      ByteBuffer.wrap(part).asDoubleBuffer().get(all, at, part.length / Double.BYTES);
      at += part.length / Double.BYTES;
    }
    return all;
  }

  private BatchLayout.Shard shard(int own) {
    return step.layout().shards().get(step.firstShard() + own);
  }

  /** Whether a shard's queries are scored with passages of another, or the same one. */
  private boolean scores(BatchLayout.Shard queries, BatchLayout.Shard passages) {
    return !queries.ownNegatives()
        && switch (rule.negatives()) {
          case GLOBAL -> true;
          case SHARD -> queries.firstRow() == passages.firstRow();
          case OWN -> false;
        };
  }

  // ---- Queries ---------------------------------------------------------------------------------

  private double[] queries(NDArray all, NDArray own, double factor, List<PairSums> sums) {
    int count = 0;
    for (int i = 0; i < step.own().size(); i++) {
      count += shard(i).queries();
    }
    double[] z = new double[count];
    int at = 0;
    for (int i = 0; i < step.own().size(); i++) {
      BatchLayout.Shard shard = shard(i);
      PairSums ofShard = PairSums.NONE;
      for (int from = 0; from < shard.queries(); from += QUERIES) {
        step.checkCancelled().run();
        int to = Math.min(shard.queries(), from + QUERIES);
        try (BatchTensors arrays = model.newArrays()) {
          QueryBlock block = queryBlock(all, own, arrays, i, from, to);
          ContrastiveModel.QuerySums sum = model.querySide(block.block(), factor);
          System.arraycopy(sum.z(), 0, z, at, sum.z().length);
          at += sum.z().length;
          ofShard =
              ofShard.plus(PairSums.of(sum.sums(), to - from, block.masked(), block.candidates()));
        }
      }
      sums.add(ofShard);
    }
    return z;
  }

  /** Queries, and of how many passages that might be negatives of them how many are not. */
  private record QueryBlock(ContrastiveModel.Block block, long masked, long candidates) {}

  private QueryBlock queryBlock(
      NDArray all, NDArray own, BatchTensors arrays, int ownShard, int from, int to) {
    BatchLayout.Shard shard = shard(ownShard);
    int group = shard.groupSize();
    Tiles tiles = new Tiles(to - from, true);
    for (BatchLayout.Shard other : step.layout().shards()) {
      if (scores(shard, other)) {
        tiles.add(other.firstPassageRow(), other.passages(), other.firstPassage(), PASSAGES);
      }
    }
    float[] counts = new float[(to - from) * group];
    Arrays.fill(counts, 1);
    long masked = 0;
    for (int i = from; i < to; i++) {
      int inBlock = i - from;
      int first = shard.firstPassage() + i * group;
      for (int g = 0; g < group; g++) {
        tiles.hide(inBlock, first + g);
      }
      for (int passage : rightFor(shard.firstQuery() + i)) {
        boolean inGroup = passage >= first && passage < first + group;
        if (inGroup) {
          counts[inBlock * group + passage - first] = 0;
        }
        masked += inGroup || tiles.hide(inBlock, passage) ? 1 : 0;
      }
    }
    Shape shape = new Shape(to - from, group);
    arrays.add("group_counts", arrays.manager().create(counts, shape));
    if (rule.distills()) {
      double[] teacher =
          Arrays.copyOfRange(step.own().get(ownShard).teacher(), from * group, to * group);
      arrays.add(
          "teacher", arrays.manager().create(teacher, shape).toType(model.dataType(), false));
    }
    int queryRow = shard.firstRow() + from;
    int groupRow = shard.firstPassageRow() + from * group;
    int ownRow = step.ownFirstRow();
    long[] rows = {queryRow, queryRow + to - from, groupRow, queryRow - ownRow, groupRow - ownRow};
    int scored = scores(shard, shard) ? tiles.width() : group; // the positive among them
    return new QueryBlock(
        new ContrastiveModel.Block(all, own, arrays, tiles, rows),
        masked,
        (long) (to - from) * (scored - 1));
  }

  /** Passages that are no negatives of a query, each once. */
  private int[] rightFor(int query) {
    IntStream.Builder passages = IntStream.builder();
    step.sameText().ifPresent(texts -> texts.passagesRightFor(query, passages));
    return passages.build().distinct().toArray();
  }

  // ---- Passages --------------------------------------------------------------------------------

  private void passages(NDArray all, NDArray own, double factor, double[] z) {
    for (int i = 0; i < step.own().size(); i++) {
      BatchLayout.Shard shard = shard(i);
      for (int from = 0; from < shard.passages(); from += PASSAGES) {
        step.checkCancelled().run();
        int to = Math.min(shard.passages(), from + PASSAGES);
        Tiles tiles = queryTiles(shard, from, to);
        if (tiles.count() > 0) {
          try (BatchTensors arrays = model.newArrays()) {
            arrays.add("z", arrays.manager().create(z));
            int row = shard.firstPassageRow() + from;
            long[] rows = {row, row + to - from, row - step.ownFirstRow()};
            model.passageSide(new ContrastiveModel.Block(all, own, arrays, tiles, rows), factor);
          }
        }
      }
    }
  }

  private Tiles queryTiles(BatchLayout.Shard shard, int from, int to) {
    Tiles tiles = new Tiles(to - from, false);
    for (BatchLayout.Shard other : step.layout().shards()) {
      if (scores(other, shard)) {
        tiles.add(other.firstRow(), other.queries(), other.firstQuery(), QUERIES);
      }
    }
    for (int j = from; j < to; j++) {
      int inBlock = j - from;
      tiles.hide(inBlock, shard.firstQuery() + j / shard.groupSize());
      int passage = shard.firstPassage() + j;
      step.sameText()
          .ifPresent(texts -> texts.queriesThatFit(passage, query -> tiles.hide(inBlock, query)));
    }
    return tiles;
  }
}
