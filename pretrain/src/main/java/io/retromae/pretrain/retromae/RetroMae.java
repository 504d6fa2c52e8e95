package io.retromae.pretrain.retromae;

import ai.djl.ndarray.types.DataType;
import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.ObjectiveCost;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.SummedObjective;
import io.retromae.training.loop.Trainee;
import java.util.List;
import java.util.Locale;

/** RetroMAE (arXiv:2205.12035) and DupMAE (arXiv:2211.08769), as their settings say. */
public final class RetroMae implements PretrainObjective<BatchArrays> {
  private final ObjectiveSettings settings;

  /** The objective of these settings. */
  public RetroMae(ObjectiveSettings settings) {
    this.settings = settings;
  }

  private boolean trainsBags() {
    return settings.method() == ObjectiveSettings.Method.DUPMAE;
  }

  private RetroMaeVariant variant() {
    RetroMaeVariant.DecoderQuery query =
        switch (settings.decoderQuery()) {
          case RAW -> RetroMaeVariant.DecoderQuery.RAW;
          case EMBEDDINGS -> RetroMaeVariant.DecoderQuery.EMBEDDINGS;
        };
    return new RetroMaeVariant(query, trainsBags() ? settings.bowLossWeight() : 0);
  }

  @Override
  public ParameterLayout layout(BertShape shape) {
    return RetroMaeModel.layout(shape);
  }

  @Override
  public List<LossTerm> terms() {
    return RetroMaeLoss.terms(variant());
  }

  @Override
  public Trainee<BatchArrays> newModel(BertShape shape, Compute compute) {
    RetroMaeModel model = RetroMaeModel.create(shape, variant(), DataType.FLOAT32, compute);
    return new Trainee<>(model, new SummedObjective<>(new RetroMaeLoss(model, variant())));
  }

  @Override
  public BatchMaker<BatchArrays> batches(TokenTable tokens, PretrainConfig config) {
    return new BatchBuilder(BatchRule.of(config, tokens));
  }

  @Override
  public ObjectiveCost cost() {
    return new ObjectiveCost(1, 1 + settings.encoderMlmProbability(), trainsBags());
  }

  @Override
  public String describe() {
    return "%s, decoder query: %s"
        .formatted(name(settings.method()), name(settings.decoderQuery()));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
