package io.retromae.training.huggingface;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.RuleStatements;
import io.retromae.core.vocab.TokenizerFolder;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.checkpoint.CheckpointFiles;
import java.util.List;

/**
 * A BERT in Hugging Face's layout to start from: {@code BertModel} or {@code BertForMaskedLM}, an
 * export or a checkpoint of ours, which has its decoder beside it. Opening reads headers only, so
 * that the driver can say before Spark starts what each parameter is taken from.
 */
public final class HuggingFaceFolder {
  /** Where a decoder of ours may lie, in an export or a checkpoint. */
  static final List<String> DECODERS =
      List.of("decoder/model.safetensors", CheckpointFiles.DECODER);

  private final Storage storage;
  private final String folder;
  private final String title;
  private final BertShape shape;
  private final TokenizerFolder.Tokenizer tokenizer;

  private HuggingFaceFolder(
      Storage storage,
      String folder,
      String title,
      BertShape shape,
      TokenizerFolder.Tokenizer tokenizer) {
    this.storage = storage;
    this.folder = folder;
    this.title = title;
    this.shape = shape;
    this.tokenizer = tokenizer;
  }

  /**
   * Opens the folder that a run starts from, and reads its sizes and vocabulary.
   *
   * @throws ConfigException if it is not the folder of a BERT with a WordPiece vocabulary
   */
  public static HuggingFaceFolder open(Storage storage, String folder) {
    return open(storage, folder, "init.from");
  }

  /**
   * The same for another use.
   *
   * @param setting that names the folder, for messages
   * @throws ConfigException if it is not the folder of a BERT with a WordPiece vocabulary
   */
  public static HuggingFaceFolder open(Storage storage, String folder, String setting) {
    String title = setting + " = " + folder;
    String config = folder + "/config.json";
    if (!storage.exists(config)) {
      throw new ConfigException(
          "%s: holds no config.json; give %s"
              .formatted(
                  title,
                  storage.exists(folder + "/export/config.json")
                      ? "the model that this run has exported, " + folder + "/export"
                      : "the folder of a Hugging Face BERT"));
    }
    RecordedFiles.of(storage, folder, title).checkDescription();
    BertShape shape = BertConfigJson.read(config, storage.read(config));
    TokenizerFolder.Tokenizer tokenizer = TokenizerFolder.open(storage, folder);
    Vocabulary vocabulary = tokenizer.vocabulary();
    if (vocabulary.size() > shape.vocabSize()) {
      throw new ConfigException(
          "%s: vocab_size = %,d, but the vocabulary beside it holds %,d tokens; they are of two models"
              .formatted(config, shape.vocabSize(), vocabulary.size()));
    }
    // The tokenizer pads, so its id counts; old configurations name none.
    return new HuggingFaceFolder(
        storage,
        folder,
        title,
        BertConfigJson.withPadTokenId(shape, vocabulary.padId()),
        tokenizer);
  }

  /** The model's sizes; its word table may have more rows than the vocabulary has tokens. */
  public BertShape shape() {
    return shape;
  }

  /** The model's vocabulary. */
  public Vocabulary vocabulary() {
    return tokenizer.vocabulary();
  }

  /** What the folder says of how its tokenizer splits words. */
  public RuleStatements wordRules() {
    return tokenizer.rules();
  }

  /**
   * The same model with a longer position table.
   *
   * @throws ConfigException if it is shorter
   */
  public HuggingFaceFolder withPositions(int maxPositionEmbeddings) {
    if (maxPositionEmbeddings < shape.maxPositionEmbeddings()) {
      throw new ConfigException(
          ("init.max_position_embeddings = %d: %s has %d positions, which stay; lower"
                  + " data.max_seq_length to train on shorter texts")
              .formatted(maxPositionEmbeddings, folder, shape.maxPositionEmbeddings()));
    }
    return new HuggingFaceFolder(
        storage,
        folder,
        title,
        BertConfigJson.withPositions(shape, maxPositionEmbeddings),
        tokenizer);
  }

  /**
   * Where each parameter comes from.
   *
   * @param layout the parameters, of this folder's {@link #shape}
   * @param decoder whether the folder's decoder is taken if it has one
   * @throws ConfigException if weights are missing or of the wrong shape
   */
  public StartWeights weights(ParameterLayout layout, boolean decoder) {
    WeightIndex index = WeightIndex.of(storage, folder, title);
    for (String file : DECODERS) {
      if (index.addIfPresent(file)) {
        break;
      }
    }
    WeightSources sources = WeightSources.of(title, index, layout, decoder);
    return new StartWeights(index, folder, title, shape, layout, sources);
  }

  /**
   * Where each parameter of the encoder comes from, for use as it is: no head, nothing made up.
   *
   * @param layout {@link ParameterLayout#withoutHead} of this folder's {@link #shape}
   * @throws ConfigException if weights are missing or of the wrong shape
   */
  public StartWeights encoderWeights(ParameterLayout layout) {
    StartWeights weights = weights(layout, false);
    if (weights.knownPositions() != shape.maxPositionEmbeddings()) {
      throw new ConfigException(
          "%s: the weights know %d positions, max_position_embeddings of config.json is %d; they are of two models"
              .formatted(title, weights.knownPositions(), shape.maxPositionEmbeddings()));
    }
    return weights;
  }
}
