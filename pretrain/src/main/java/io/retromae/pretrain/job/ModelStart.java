package io.retromae.pretrain.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.TokenizerFolder;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.InitSettings;
import io.retromae.pretrain.config.ModelSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.huggingface.BaseModel;
import io.retromae.training.huggingface.HuggingFaceFolder;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.huggingface.StartFolder;
import io.retromae.training.huggingface.StartWeights;
import io.retromae.training.huggingface.WeightOrigin;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The model a run starts with: sizes, objective, vocabulary and first weights.
 *
 * @param config the run's settings
 * @param shape sizes
 * @param vocabulary of corpus and model
 * @param origin where the weights come from
 * @param base what is known of the model it began with
 * @param from folder of the first weights: what {@code init.from} means
 */
public record ModelStart(
    PretrainConfig config,
    BertShape shape,
    Vocabulary vocabulary,
    WeightOrigin origin,
    BaseModel base,
    Optional<String> from) {
  /** Fixed by BERT; not offered as settings. */
  private static final double LAYER_NORM_EPS = 1e-12;

  private static final double INITIALIZER_RANGE = 0.02;

  /**
   * Reads what the settings name.
   *
   * @throws ConfigException if corpus, settings and starting model do not fit together
   */
  static ModelStart of(Storage storage, PretrainConfig config) throws IOException {
    ModelStart start =
        config.init().from().isPresent() ? fromFolder(storage, config) : random(storage, config);
    int positions = start.shape().maxPositionEmbeddings();
    if (config.data().maxSeqLength() > positions) {
      String setting = start.origin() instanceof WeightOrigin.Random ? "init.config." : "init.";
      throw new ConfigException(
          "data.max_seq_length = %d: the model has %d positions; lower it or raise %smax_position_embeddings"
              .formatted(config.data().maxSeqLength(), positions, setting));
    }
    return start;
  }

  private static ModelStart random(Storage storage, PretrainConfig config) {
    Vocabulary vocabulary = Vocabulary.load(storage, config.corpus());
    BertShape shape = shape(config.init().config(), vocabulary);
    return new ModelStart(
        config,
        shape,
        vocabulary,
        new WeightOrigin.Random(shape, config.schedule().seed()),
        BaseModel.NONE,
        Optional.empty());
  }

  /**
   * The model of a run that goes on from a checkpoint: nothing of {@code init.from} is read.
   *
   * @param checkpoint qualified folder of the checkpoint's files
   * @throws ConfigException if corpus, settings and checkpoint do not fit together
   */
  static ModelStart ofCheckpoint(Storage storage, PretrainConfig config, String checkpoint)
      throws IOException {
    RunDescription run = RunDescription.read(storage, checkpoint);
    boolean wasRandom = run.settings().getOrDefault("init.from", "").equals("null");
    if (config.init().from().isEmpty() || wasRandom) {
      return of(storage, config);
    }
    HuggingFaceFolder folder = HuggingFaceFolder.open(storage, checkpoint);
    checkVocabulary(storage, config, folder.vocabulary());
    return new ModelStart(
        config,
        folder.shape(),
        folder.vocabulary(),
        new WeightOrigin.Checkpoint(config.init().from().orElseThrow()),
        run.base(),
        config.init().from());
  }

  private static ModelStart fromFolder(Storage storage, PretrainConfig config) throws IOException {
    InitSettings init = config.init();
    String from = StartFolder.of(storage, init.from().orElseThrow());
    HuggingFaceFolder own = HuggingFaceFolder.open(storage, from);
    HuggingFaceFolder folder = init.maxPositionEmbeddings().map(own::withPositions).orElse(own);
    checkVocabulary(storage, config, folder.vocabulary());
    checkWordRules(storage, config, folder);
    StartWeights weights =
        folder.weights(
            Objectives.of(config.objective()).layout(folder.shape()),
            init.decoder() == InitSettings.Decoder.AUTO);
    BaseModel base = BaseModel.of(storage, from);
    return new ModelStart(
        config,
        folder.shape(),
        folder.vocabulary(),
        new WeightOrigin.Folder(weights, config.schedule().seed()),
        base,
        Optional.of(from));
  }

  private static void checkVocabulary(Storage storage, PretrainConfig config, Vocabulary model) {
    Vocabulary corpus =
        TokenizerFolder.open(storage, config.corpus(), model.special()).vocabulary();
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
                  config.init().from().orElseThrow()));
    }
  }

  /** Ids of one vocabulary still differ between a model that lower-cases and one that does not. */
  private static void checkWordRules(
      Storage storage, PretrainConfig config, HuggingFaceFolder folder) {
    WordRules corpus = ShardManifest.open(storage, config.corpus()).wordRules();
    String mend = "re-run etl with %s or start from a model that splits words as the corpus";
    List<String> differences = folder.wordRules().differences(corpus, mend);
    if (!differences.isEmpty()) {
      throw new ConfigException(
          differences.stream()
              .map(difference -> "%s: made with %s".formatted(config.corpus(), difference))
              .toList());
    }
  }

  static BertShape shape(ModelSettings settings, Vocabulary vocabulary) {
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
  PretrainObjective<?> objective() {
    return Objectives.of(config.objective());
  }

  /** The vocabulary with the rows of the word table, which may be more. */
  TokenTable tokens() {
    return new TokenTable(vocabulary, shape.vocabSize());
  }

  /** Where the first weights come from, in one line. */
  String describe() {
    return origin.describe();
  }

  /** Reads the weights of a folder, if they come from one, and refuses what cannot be trained. */
  void checkWeights() {
    origin.check();
  }

  /**
   * Gives a replica its first weights: the same bits on every rank.
   *
   * @throws IllegalStateException if it is a checkpoint that is taken up
   */
  void fill(BertModel model) throws IOException {
    origin.fill(model);
  }
}
