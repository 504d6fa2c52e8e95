package io.retromae.pretrain.retromae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Script;
import io.retromae.training.bert.TokenRows;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A BERT with RetroMAE's enhanced decoder: what {@code retromae.py} beside this class computes. */
public final class RetroMaeModel extends BertModel {
  /** No dropout. */
  public static final long NO_DROPOUT = -1;

  /** Names of the terms, in the order in which the script returns them. */
  static final List<String> TERMS = List.of("encoder", "decoder", "bow");

  private static final String SOURCE = "/io/retromae/pretrain/retromae/retromae.py";

  /** Name of the enhanced decoder's layer. */
  private static final String DECODER = "c_head";

  private RetroMaeModel(
      BertShape shape, RetroMaeVariant variant, DataType dataType, Compute compute) {
    super(shape, layout(shape), script(shape, variant, compute), dataType, compute);
  }

  /**
   * A model whose parameters are all zero; fill {@link #parameters}.
   *
   * @param dataType FLOAT32 for training; FLOAT64 to compare with recorded numbers
   */
  public static RetroMaeModel create(BertShape shape, RetroMaeVariant variant, DataType dataType) {
    return create(shape, variant, dataType, Compute.CPU);
  }

  /**
   * A model whose parameters are all zero, on a device of choice.
   *
   * @throws io.retromae.core.failure.ConfigException if this process has a model on a GPU already
   */
  public static RetroMaeModel create(
      BertShape shape, RetroMaeVariant variant, DataType dataType, Compute compute) {
    return new RetroMaeModel(shape, variant, dataType, compute);
  }

  /** The encoder's parameters, the MLM head's and the enhanced decoder's. */
  public static ParameterLayout layout(BertShape shape) {
    return ParameterLayout.withDecoder(shape, DECODER);
  }

  private static Script script(BertShape shape, RetroMaeVariant variant, Compute compute) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("raw_query", variant.query() == RetroMaeVariant.DecoderQuery.RAW);
    attributes.put("bow_loss_weight", variant.bowLossWeight());
    return Script.encoder(shape, compute).with("RetroMae", SOURCE, attributes);
  }

  /** Copies a micro-batch into native memory, on a GPU its own; the caller closes it. */
  public BatchTensors tensors(BatchArrays batch) {
    BatchTensors tensors = newBatch();
    NDManager manager = tensors.manager();
    Shape rows = new Shape(batch.rows(), batch.length());
    tensors.add(new TokenRows(batch.length(), batch.encoderInputIds(), batch.lengths()));
    tensors.add("encoder_labels", manager.create(batch.encoderLabels(), rows));
    tensors.add("decoder_input_ids", manager.create(batch.decoderInputIds(), rows));
    tensors.add("decoder_labels", manager.create(batch.decoderLabels(), rows));
    int bytesPerQuery = batch.visibleBits().length / (batch.rows() * batch.length());
    tensors.add(
        "visible_bits",
        manager.create(
            ByteBuffer.wrap(batch.visibleBits()),
            new Shape(batch.rows(), batch.length(), bytesPerQuery),
            DataType.UINT8));
    Shape targets = new Shape(batch.bowIndex().length);
    tensors.add("bow_index", manager.create(batch.bowIndex(), targets));
    tensors.add("bow_weight", manager.create(batch.bowWeight(), targets));
    toDevice(tensors);
    return tensors;
  }

  /**
   * Forward and backward of one micro-batch.
   *
   * @param gradients receives d total / d parameter; what it held is overwritten
   * @param dropoutSeed what dropout draws from, not negative; or {@link #NO_DROPOUT}
   * @param scale factors of the terms in the total, beside their weights
   * @return the means over this micro-batch, not scaled; only the total is
   */
  public Losses gradients(
      BatchTensors batch, FlatVector gradients, long dropoutSeed, LossScale scale) {
    NDList arguments = arguments(batch);
    arguments.add(named("flat", gradients.array()));
    arguments.add(named("seed", batch.manager().create(dropoutSeed)));
    double[] factors = {scale.encoder(), scale.decoder(), scale.bow()};
    arguments.add(named("scale", batch.manager().create(factors)));
    double[] losses = doubles(call(batch.manager(), "gradients", arguments).get(0));
    return new Losses(losses[0], losses[1], losses[2], losses[3]);
  }

  /**
   * Losses and hits of one batch without dropout, as sums that may be added over batches: of all
   * {@link #TERMS}, also of those that are not trained.
   */
  public EvaluationSums evaluate(BatchTensors batch) {
    double[] sums = doubles(call(batch.manager(), "evaluate", arguments(batch)).get(0));
    Map<String, EvaluationSums.Sum> terms = new LinkedHashMap<>();
    for (int i = 0; i < 2; i++) {
      long correct = (long) sums[3 * i + 2];
      terms.put(
          TERMS.get(i),
          new EvaluationSums.Sum(sums[3 * i], (long) sums[3 * i + 1], OptionalLong.of(correct)));
    }
    long rows = (long) sums[7];
    terms.put(TERMS.get(2), new EvaluationSums.Sum(sums[6], rows));
    return new EvaluationSums(terms, rows);
  }

  /** H, Q, K, decoder output [B, L, D] and pooled scores [B, V] without dropout, for tests. */
  List<NDArray> inspect(BatchTensors batch) {
    return inspect(batch, NO_DROPOUT);
  }

  /** The same under the dropout of a seed. */
  List<NDArray> inspect(BatchTensors batch, long dropoutSeed) {
    NDList arguments = arguments(batch);
    arguments.add(named("seed", batch.manager().create(dropoutSeed)));
    return call(batch.manager(), "inspect", arguments);
  }
}
