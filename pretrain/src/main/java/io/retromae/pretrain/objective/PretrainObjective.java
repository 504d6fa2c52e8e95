package io.retromae.pretrain.objective;

import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.MicroBatch;
import io.retromae.training.loop.Trainee;
import java.util.List;

/**
 * An objective that trains on a corpus of texts: what pre-training asks of it. To add one, write a
 * package with an implementation and name it in {@code job.Objectives}.
 *
 * @param <S> a micro-batch
 */
public interface PretrainObjective<S extends MicroBatch> {
  /** The parameters that it trains: a BERT's, and its own. */
  ParameterLayout layout(BertShape shape);

  /** The terms of the loss, as they are reported. */
  List<LossTerm> terms();

  /** A model whose parameters are all zero, and what is minimised; the caller closes the model. */
  Trainee<S> newModel(BertShape shape, Compute compute);

  /** A new maker of its micro-batches, for one thread. */
  BatchMaker<S> batches(TokenTable tokens, PretrainConfig config);

  /** What it computes beside the encoder. */
  ObjectiveCost cost();

  /** Itself and its variant, for the start-up lines. */
  String describe();
}
