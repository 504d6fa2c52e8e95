package io.retromae.pretrain.mlm;

import ai.djl.ndarray.types.DataType;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.pretrain.objective.ObjectiveCost;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.huggingface.ObjectiveCard;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.SummedObjective;
import io.retromae.training.loop.Trainee;
import java.util.List;

/**
 * Masked language modelling alone (BERT, arXiv:1810.04805, section 3.1). Of the settings it reads
 * {@code encoder_mlm_probability} and {@code loss_reduction}; there is no decoder.
 */
public final class Mlm implements PretrainObjective<MlmBatch> {
  private final ObjectiveSettings settings;

  /** The objective of these settings. */
  public Mlm(ObjectiveSettings settings) {
    this.settings = settings;
  }

  @Override
  public ParameterLayout layout(BertShape shape) {
    return ParameterLayout.of(shape);
  }

  @Override
  public List<LossTerm> terms() {
    return List.of(MlmModel.TERM);
  }

  @Override
  public Trainee<MlmBatch> newModel(BertShape shape, Compute compute) {
    MlmModel model = new MlmModel(shape, DataType.FLOAT32, compute);
    return new Trainee<>(model, new SummedObjective<>(model));
  }

  @Override
  public BatchMaker<MlmBatch> batches(TokenTable tokens, PretrainConfig config) {
    Vocabulary vocabulary = tokens.vocabulary();
    return new MlmBatchMaker(
        RowFrame.of(vocabulary, config.data().maxSeqLength()),
        TokenKinds.of(vocabulary),
        settings.encoderMlmProbability(),
        config.schedule().seed());
  }

  @Override
  public ObjectiveCost cost() {
    return new ObjectiveCost(0, settings.encoderMlmProbability(), false);
  }

  @Override
  public String describe() {
    return "mlm, no decoder";
  }

  /** What a model card says of it. */
  public static ObjectiveCard card() {
    return new ObjectiveCard(
        "A BERT base model",
        List.of(
            "A BERT encoder pre-trained by masked language modelling on Apache Spark"
                + " (retromae-spark). It is a",
            "**base**: for further pre-training, or for fine-tuning. Its [CLS] vector was trained"
                + " for nothing yet."),
        "",
        List.of("bert", "masked-language-modeling"),
        "Devlin et al. 2019, BERT, arXiv:1810.04805.",
        List.of(MlmModel.TERM.name()),
        ObjectiveCard.Data.CORPUS);
  }
}
