package io.retromae.pretrain.retromae;

import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertFlops;
import io.retromae.training.bert.BertShape;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.MicroBatchLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RetroMAE's loss L_enc + L_dec (arXiv:2205.12035v2, section 3), and DupMAE's, which adds a
 * weighted bag-of-words loss (arXiv:2211.08769).
 */
public final class RetroMaeLoss implements MicroBatchLoss<BatchArrays> {
  private final RetroMaeModel model;
  private final List<LossTerm> terms;

  /** The loss of a model, which stays the caller's. */
  public RetroMaeLoss(RetroMaeModel model, RetroMaeVariant variant) {
    this.model = model;
    this.terms = terms(variant);
  }

  /** The terms of a variant: the bag of words only where it is trained. */
  public static List<LossTerm> terms(RetroMaeVariant variant) {
    List<LossTerm> terms = new ArrayList<>();
    terms.add(new LossTerm(RetroMaeModel.TERMS.get(0), 1, LossTerm.Over.TOKENS, true));
    terms.add(new LossTerm(RetroMaeModel.TERMS.get(1), 1, LossTerm.Over.TOKENS, true));
    if (variant.bowLossWeight() > 0) {
      String bow = RetroMaeModel.TERMS.get(2);
      terms.add(new LossTerm(bow, variant.bowLossWeight(), LossTerm.Over.ROWS, false));
    }
    return List.copyOf(terms);
  }

  @Override
  public List<LossTerm> terms() {
    return terms;
  }

  @Override
  public long[] counts(BatchArrays batch) {
    long[] all = {batch.encoderTargets(), batch.decoderTargets(), batch.rows()};
    return Arrays.copyOf(all, terms.size());
  }

  @Override
  public double[] gradients(
      BatchArrays batch, FlatVector gradients, long dropoutSeed, double[] scale) {
    LossScale scales = new LossScale(scale[0], scale[1], terms.size() > 2 ? scale[2] : 0);
    try (BatchTensors tensors = model.tensors(batch)) {
      Losses means = model.gradients(tensors, gradients, dropoutSeed, scales);
      double[] all = {means.total(), means.encoder(), means.decoder(), means.bow()};
      return Arrays.copyOf(all, 1 + terms.size());
    }
  }

  @Override
  public double flops(BatchArrays batch) {
    return flops(model.shape(), batch, terms.size() > 2);
  }

  /**
   * Encoder, decoder and head; with bags of words also the scores of every token but [CLS], whose
   * maxima give a gradient to one token for each entry of a row's vocabulary.
   */
  static double flops(BertShape shape, BatchArrays batch, boolean bags) {
    double forward =
        BertFlops.layers(shape, shape.numHiddenLayers() + 1, batch.lengths())
            + BertFlops.head(shape, batch.encoderTargets() + batch.decoderTargets());
    if (!bags) {
      return BertFlops.TRAINING * forward;
    }
    double pooled = batch.tokens() - batch.rows();
    double width = shape.hiddenSize();
    double transformBackward = 2 * 2 * pooled * width * width;
    double maximaBackward = 2 * 2.0 * batch.rows() * shape.vocabSize() * width;
    return BertFlops.TRAINING * forward
        + BertFlops.head(shape, pooled)
        + transformBackward
        + maximaBackward;
  }

  @Override
  public EvaluationSums evaluate(BatchArrays batch) {
    try (BatchTensors tensors = model.tensors(batch)) {
      EvaluationSums all = model.evaluate(tensors);
      Map<String, EvaluationSums.Sum> trained = new LinkedHashMap<>();
      terms.forEach(term -> trained.put(term.name(), all.terms().get(term.name())));
      return new EvaluationSums(trained, all.rows());
    }
  }
}
