package io.retromae.pretrain.mlm;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertFlops;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Script;
import io.retromae.training.bert.TokenRows;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.MicroBatchLoss;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A BERT with its MLM head, and the loss of that head: what {@code mlm.py} computes. */
final class MlmModel extends BertModel implements MicroBatchLoss<MlmBatch> {
  private static final String SOURCE = "/io/retromae/pretrain/mlm/mlm.py";
  static final LossTerm TERM = new LossTerm("mlm", 1, LossTerm.Over.TOKENS, true);

  /**
   * A model whose parameters are all zero; fill {@link #parameters}.
   *
   * @param dataType FLOAT32 for training; FLOAT64 to compare with recorded numbers
   */
  MlmModel(BertShape shape, DataType dataType, Compute compute) {
    super(
        shape,
        ParameterLayout.of(shape),
        Script.encoder(shape, compute).with("Mlm", SOURCE, Map.of()),
        dataType,
        compute);
  }

  @Override
  public List<LossTerm> terms() {
    return List.of(TERM);
  }

  @Override
  public long[] counts(MlmBatch batch) {
    return new long[] {batch.targets()};
  }

  @Override
  public double flops(MlmBatch batch) {
    return flops(shape(), batch);
  }

  static double flops(BertShape shape, MlmBatch batch) {
    double forward =
        BertFlops.layers(shape, shape.numHiddenLayers(), batch.inputs().lengths())
            + BertFlops.head(shape, batch.targets());
    return BertFlops.TRAINING * forward;
  }

  private BatchTensors tensors(MlmBatch batch) {
    BatchTensors tensors = newBatch();
    TokenRows rows = batch.inputs();
    tensors.add(rows);
    Shape shape = new Shape(rows.lengths().length, rows.length());
    tensors.add("labels", tensors.manager().create(batch.labels(), shape));
    toDevice(tensors);
    return tensors;
  }

  @Override
  public double[] gradients(
      MlmBatch batch, FlatVector gradients, long dropoutSeed, double[] scale) {
    try (BatchTensors tensors = tensors(batch)) {
      NDList arguments = arguments(tensors);
      arguments.add(named("flat", gradients.array()));
      arguments.add(named("seed", tensors.manager().create(dropoutSeed)));
      arguments.add(named("scale", tensors.manager().create(scale)));
      return doubles(call(tensors.manager(), "gradients", arguments).get(0));
    }
  }

  @Override
  public EvaluationSums evaluate(MlmBatch batch) {
    try (BatchTensors tensors = tensors(batch)) {
      double[] sums = doubles(call(tensors.manager(), "evaluate", arguments(tensors)).get(0));
      OptionalLong correct = OptionalLong.of((long) sums[2]);
      return new EvaluationSums(
          Map.of(TERM.name(), new EvaluationSums.Sum(sums[0], (long) sums[1], correct)),
          batch.rows());
    }
  }
}
