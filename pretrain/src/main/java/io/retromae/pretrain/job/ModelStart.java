package io.retromae.pretrain.job;

import ai.djl.ndarray.types.DataType;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.checkpoint.HuggingFaceFolder;
import io.retromae.pretrain.config.ModelSettings;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.model.BertShape;
import io.retromae.pretrain.model.Objective;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.model.RetroMaeModel;
import io.retromae.pretrain.model.WeightInitializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model a run starts with: sizes, objective, vocabulary and first weights.
 *
 * @param config the run's settings
 * @param shape sizes
 * @param vocabulary of corpus and model
 * @param folder the Hugging Face folder that weights come from; empty for random ones
 */
record ModelStart(
    PretrainConfig config,
    BertShape shape,
    Vocabulary vocabulary,
    Optional<HuggingFaceFolder> folder) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStart.class);

  /** Fixed by BERT; not offered as settings. */
  private static final double LAYER_NORM_EPS = 1e-12;

  private static final double INITIALIZER_RANGE = 0.02;

  /**
   * Reads what the settings name.
   *
   * @throws ConfigException if corpus, settings and starting model do not fit together
   */
  static ModelStart of(Storage storage, PretrainConfig config) {
    Vocabulary vocabulary = Vocabulary.load(storage, config.corpus());
    Optional<HuggingFaceFolder> folder =
        config.init().from().map(path -> HuggingFaceFolder.open(storage, path));
    BertShape shape =
        folder
            .map(HuggingFaceFolder::shape)
            .orElseGet(() -> shape(config.init().config(), vocabulary));
    if (config.data().maxSeqLength() > shape.maxPositionEmbeddings()) {
      throw new ConfigException(
          "data.max_seq_length = %d: the model has %d positions; lower it or give a larger max_position_embeddings"
              .formatted(config.data().maxSeqLength(), shape.maxPositionEmbeddings()));
    }
    config.init().from().ifPresent(path -> checkVocabulary(storage, config, path, vocabulary));
    return new ModelStart(config, shape, vocabulary, folder);
  }

  private static void checkVocabulary(
      Storage storage, PretrainConfig config, String path, Vocabulary corpus) {
    Vocabulary model = Vocabulary.load(storage, path);
    if (!model.fingerprint().equals(corpus.fingerprint())) {
      throw new ConfigException(
          ("%s: shards were made with vocabulary %.8s (%,d entries), the model has %.8s (%,d);"
                  + " re-run etl with vocab: %s or start from a model with that vocabulary")
              .formatted(
                  config.corpus(),
                  corpus.fingerprint(),
                  corpus.size(),
                  model.fingerprint(),
                  model.size(),
                  path));
    }
  }

  private static BertShape shape(ModelSettings settings, Vocabulary vocabulary) {
    return new BertShape(
        vocabulary.size(),
        settings.hiddenSize(),
        settings.numHiddenLayers(),
        settings.numAttentionHeads(),
        settings.intermediateSize().orElse(4 * settings.hiddenSize()),
        settings.maxPositionEmbeddings(),
        2,
        LAYER_NORM_EPS,
        settings.hiddenDropoutProb(),
        settings.attentionProbsDropoutProb(),
        INITIALIZER_RANGE,
        vocabulary.padId());
  }

  /** What is trained. */
  Objective objective() {
    ObjectiveSettings settings = config.objective();
    boolean bow = settings.method() == ObjectiveSettings.Method.DUPMAE;
    Objective.DecoderQuery query =
        switch (settings.decoderQuery()) {
          case RAW -> Objective.DecoderQuery.RAW;
          case EMBEDDINGS -> Objective.DecoderQuery.EMBEDDINGS;
        };
    return new Objective(query, bow ? settings.bowLossWeight() : 0);
  }

  /** A replica with zero weights; the caller closes it. */
  RetroMaeModel newModel() {
    return RetroMaeModel.create(shape, objective(), DataType.FLOAT32);
  }

  /** Gives a replica its first weights: the same bits on every rank. */
  void fill(RetroMaeModel model) throws IOException {
    ByteBuffer memory = model.parameterMemory();
    long seed = config.schedule().seed();
    if (folder.isPresent()) {
      List<String> fresh = folder.get().fill(memory, model.layout(), seed);
      LOG.info("event=weights from={} fresh={}", config.init().from().get(), fresh);
      return;
    }
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      WeightInitializer.fill(memory, parameter, shape, seed);
    }
  }
}
