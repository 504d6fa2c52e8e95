package io.retromae.finetune.contrastive;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Script;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import java.util.LinkedHashMap;
import java.util.Map;

/** An encoder without its MLM head, and what {@code contrastive.py} computes with it. */
final class ContrastiveModel extends BertModel {
  /** As dropout seed: no dropout. */
  static final long NO_DROPOUT = -1;

  private static final String SOURCE = "/io/retromae/finetune/contrastive/contrastive.py";

  /**
   * A model whose parameters are all zero; fill {@link #parameters}.
   *
   * @param dataType FLOAT32 for training; FLOAT64 to compare with recorded numbers
   */
  ContrastiveModel(BertShape shape, ContrastiveRule rule, DataType dataType, Compute compute) {
    super(
        shape,
        layout(shape, rule),
        Script.encoder(shape, compute).with("Contrastive", SOURCE, attributes(rule)),
        dataType,
        compute);
    rule.mrlDims().stream()
        .filter(dims -> dims > shape.hiddenSize())
        .findFirst()
        .ifPresent(
            dims -> {
              throw new IllegalArgumentException(
                  "mrl_dims has %d: vectors have %d components"
                      .formatted(dims, shape.hiddenSize()));
            });
  }

  private static ParameterLayout layout(BertShape shape, ContrastiveRule rule) {
    ParameterLayout whole = ParameterLayout.withoutHead(shape);
    return rule.fixPositions() ? whole.withFixedPositions() : whole;
  }

  private static Map<String, Object> attributes(ContrastiveRule rule) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put(
        "pooling",
        switch (rule.pooling()) {
          case CLS -> 0;
          case MEAN -> 1;
          case LAST_TOKEN -> 2;
        });
    attributes.put("normalize", rule.normalize());
    attributes.put("temperature", rule.temperature());
    attributes.put(
        "distillation",
        switch (rule.distillation()) {
          case NONE -> 0;
          case KL_DIV -> 1;
          case M3_KD_LOSS -> 2;
        });
    attributes.put("kd_weight", rule.kdWeight());
    attributes.put("fix_positions", rule.fixPositions());
    attributes.put("tapes", Map.of());
    attributes.put("room", Map.of());
    return attributes;
  }

  /** Tokens of a chunk beyond which nothing gets faster. */
  int bestTokens() {
    return parameters().array().getDevice().isGpu()
        ? Integer.MAX_VALUE
        : ContrastiveRule.BEST_FOR_CPU;
  }

  /** Arrays to pass to the script, none yet; the caller closes them. */
  BatchTensors newArrays() {
    return newBatch();
  }

  /** A matrix of zeros on the model's device. */
  Matrix newMatrix(NDManager scope, int rows, int columns) {
    FlatVector flat = zeros(scope, (long) rows * columns);
    return new Matrix(flat, flat.array().reshape(new Shape(rows, columns)));
  }

  /**
   * A matrix, and its values as one vector.
   *
   * @param flat row by row
   * @param array [rows, columns], of the same memory
   */
  record Matrix(FlatVector flat, NDArray array) {
    /** A view of some rows. */
    NDArray rows(int from, int to) {
      return array.get(new NDIndex(from + ":" + to));
    }
  }

  /**
   * Writes a chunk's pooled vectors to their rows of a shard's.
   *
   * @param into [rows of the shard, D]
   */
  void vectors(Chunk chunk, NDArray into, long dropoutSeed) {
    try (BatchTensors arrays = arrays(chunk)) {
      call(arrays.manager(), "vectors", arguments(arrays, chunk, into, dropoutSeed));
    }
  }

  /**
   * The same, and keeps what {@link #gradients} reads.
   *
   * @param kept all chunks of the step that are kept; the first of them, in their order, comes
   *     first
   */
  void vectorsKept(Chunk chunk, NDArray into, long dropoutSeed, Kept kept) {
    try (BatchTensors arrays = arrays(chunk)) {
      NDList arguments = arguments(arrays, chunk, into, dropoutSeed);
      long[] sizes = {kept.tokens(), kept.chunks()};
      arguments.add(named("kept", arrays.manager().create(sizes)));
      call(arrays.manager(), "vectors_kept", arguments);
    }
  }

  /** Size of the first chunks of a step, which are kept between encoding and gradients. */
  record Kept(long tokens, int chunks) {}

  /**
   * Parameter gradients of a chunk, which is encoded again if it was not kept.
   *
   * @param vectors [rows of the shard, D] gradients of its pooled vectors
   * @param into receives d loss / d parameter: of a shard's first chunk in the place of what it
   *     held, of later ones in addition
   */
  void gradients(Chunk chunk, NDArray vectors, FlatVector into, long dropoutSeed) {
    try (BatchTensors arrays = arrays(chunk)) {
      NDList arguments = arguments(arrays, chunk, into.array(), dropoutSeed);
      arguments.add(named("d_vectors", vectors));
      call(arrays.manager(), "gradients", arguments);
    }
  }

  private BatchTensors arrays(Chunk chunk) {
    BatchTensors arrays = newBatch();
    arrays.add(chunk.ids());
    arrays.add("row_numbers", arrays.manager().create(chunk.rows()));
    toDevice(arrays);
    return arrays;
  }

  private NDList arguments(BatchTensors arrays, Chunk chunk, NDArray into, long dropoutSeed) {
    NDList arguments = arguments(arrays);
    arguments.add(named("into", into));
    arguments.add(named("seed", arrays.manager().create(dropoutSeed)));
    long[] place = {chunk.number(), chunk.tokensBefore(), chunk.rowsBefore()};
    arguments.add(named("place", arrays.manager().create(place)));
    return arguments;
  }

  /**
   * Embeddings of vectors.
   *
   * @param vectors [r, D]
   * @param dims components that are read
   */
  Embeddings embeddings(NDManager scope, NDArray vectors, int dims) {
    NDList arguments = new NDList(named("v", vectors), named("dims", scope.create((long) dims)));
    NDList both = call(scope, "embed_vectors", arguments);
    return new Embeddings(both.get(0), both.get(1));
  }

  /**
   * Embeddings.
   *
   * @param rows [r, d]
   * @param norms [r, 1] that vectors were divided by
   */
  record Embeddings(NDArray rows, NDArray norms) {}

  /** Adds to gradients of vectors [r, D] what follows from those of their embeddings [r, d]. */
  void addThroughEmbeddings(
      NDManager scope, NDArray vectors, NDArray gradients, NDArray rows, NDArray norms) {
    NDList arguments = new NDList(named("dv", vectors), named("de", gradients));
    arguments.add(named("e", rows));
    arguments.add(named("norm", norms));
    call(scope, "embed_vectors_backward", arguments);
  }

  /** What the script's two sides of the loss read, in its order. */
  record Block(
      NDArray embeddings, NDArray gradients, BatchTensors arrays, Tiles tiles, long[] rows) {}

  /** A block of queries: z of each, and sums of the loss. */
  QuerySums querySide(Block block, double factor) {
    NDList both = side("query_side", block, factor);
    return new QuerySums(doubles(both.get(0)), doubles(both.get(1)));
  }

  /**
   * Of a block of queries.
   *
   * @param z [m], see {@code contrastive.py}
   * @param sums [6], see there
   */
  record QuerySums(double[] z, double[] sums) {}

  /** A block of passages. */
  void passageSide(Block block, double factor) {
    side("passage_side", block, factor);
  }

  private NDList side(String method, Block block, double factor) {
    BatchTensors arrays = block.arrays();
    NDManager scope = arrays.manager();
    Tiles.Hidden hidden = block.tiles().hidden();
    arrays.add("hidden", scope.create(hidden.places()));
    toDevice(arrays);
    NDList arguments = new NDList();
    arguments.add(named("e", block.embeddings()));
    arguments.add(named("de", block.gradients()));
    arguments.addAll(arrays.arrays());
    arguments.add(named("rows", scope.create(block.rows())));
    arguments.add(
        named("tiles", scope.create(block.tiles().bounds(), new Shape(block.tiles().count(), 3))));
    arguments.add(named("hidden_ends", scope.create(hidden.ends())));
    arguments.add(named("factor", scope.create(factor)));
    return call(scope, method, arguments);
  }
}
