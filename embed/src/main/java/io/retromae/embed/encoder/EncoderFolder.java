package io.retromae.embed.encoder;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.huggingface.HuggingFaceFolder;
import io.retromae.training.huggingface.StartFingerprint;
import io.retromae.training.huggingface.StartWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder of an encoder: any BERT in Hugging Face's layout, an export or a checkpoint of ours,
 * or a folder of sentence-transformers. Opening reads small files and headers of weights, so that
 * the driver refuses what no task could load.
 */
public final class EncoderFolder {
  private static final String SETTING = "model";
  private static final int LEAST_LENGTH = 3;

  private final Storage storage;
  private final String folder;
  private final String transformer;
  private final HuggingFaceFolder model;
  private final EncoderDefaults defaults;
  private final ParameterLayout layout;
  private final StartWeights weights;
  private String fingerprint; // once it is asked for

  private EncoderFolder(
      Storage storage,
      String folder,
      String transformer,
      HuggingFaceFolder model,
      EncoderDefaults defaults) {
    this.storage = storage;
    this.folder = folder;
    this.transformer = transformer;
    this.model = model;
    this.defaults = defaults;
    this.layout = ParameterLayout.withoutHead(model.shape());
    this.weights = model.encoderWeights(layout);
  }

  /**
   * Opens a folder.
   *
   * @param folder qualified or not
   * @throws ConfigException if it is not the folder of a BERT, is not whole, or asks for what is
   *     not supported
   */
  public static EncoderFolder open(Storage storage, String folder) {
    String path = storage.qualify(folder);
    SentenceTransformersFolder files = new SentenceTransformersFolder(storage, path);
    Optional<SentenceTransformersFolder.Modules> modules = files.modules();
    String transformer = modules.map(m -> m.transformer()).orElse(path);
    HuggingFaceFolder model = HuggingFaceFolder.open(storage, transformer, SETTING);
    List<String> aloud = new ArrayList<>();
    if (modules.isEmpty()) {
      aloud.add(
          path
              + ": no modules.json says how vectors are made: cls pooling and normalized, unless"
              + " settings say otherwise");
    }
    if (!model.wordRules().open().isEmpty()) {
      aloud.add(
          "%s: no file says %s: true is assumed, as by transformers"
              .formatted(transformer, String.join(", ", model.wordRules().open())));
    }
    int maxLength = maxLength(files, transformer, model.shape(), aloud);
    SentenceTransformersFolder.Usage usage = files.usage();
    EncoderDefaults defaults =
        new EncoderDefaults(
            modules.map(m -> m.pooling()).orElse(Pooling.CLS),
            modules.map(m -> m.normalize()).orElse(true),
            maxLength,
            usage.prompts(),
            usage.defaultPrompt(),
            usage.similarity(),
            aloud);
    return new EncoderFolder(storage, path, transformer, model, defaults);
  }

  /**
   * The files that an encoder is loaded from, and those beside them; not what lies deeper.
   *
   * @throws ConfigException as for {@link #open}
   */
  public static List<StoredFile> files(Storage storage, String folder) {
    String path = storage.qualify(folder);
    List<StoredFile> files = new ArrayList<>(storage.files(path));
    new SentenceTransformersFolder(storage, path)
        .modules()
        .ifPresent(
            modules -> {
              if (!modules.transformer().equals(path)) {
                files.addAll(storage.files(modules.transformer()));
              }
              storage.files(modules.poolingFolder()).stream()
                  .filter(file -> file.path().endsWith(SentenceTransformersFolder.POOLING_CONFIG))
                  .forEach(files::add);
            });
    return files;
  }

  /** As sentence-transformers: its own file, else the tokenizer's, never above the positions. */
  private static int maxLength(
      SentenceTransformersFolder files, String transformer, BertShape shape, List<String> aloud) {
    int positions = shape.maxPositionEmbeddings();
    Optional<Integer> said = files.maxLength(transformer);
    if (said.isPresent() && said.get() > positions) {
      aloud.add(
          "%s: max_seq_length = %d, but the model has %d positions: %d is taken"
              .formatted(transformer, said.get(), positions, positions));
    }
    if (said.isPresent()) {
      return Math.min(positions, said.get());
    }
    double length = files.tokenizerLength(transformer);
    return length >= LEAST_LENGTH ? (int) Math.min(length, positions) : positions;
  }

  /**
   * What the folder and a user decide together.
   *
   * @throws ConfigException if an option does not fit the model
   */
  public EncoderSpec spec(EncoderOptions options) {
    int maxLength = options.maxLength().orElse(defaults.maxLength());
    int positions = model.shape().maxPositionEmbeddings();
    List<String> problems = new ArrayList<>();
    if (maxLength < LEAST_LENGTH || maxLength > positions) {
      problems.add(
          "max_length = %d: must be %d to %d, the positions of %s"
              .formatted(maxLength, LEAST_LENGTH, positions, folder));
    }
    if (options.tokensPerBatch() < LEAST_LENGTH) {
      problems.add(
          "tokens_per_batch = %d: must be at least %d"
              .formatted(options.tokensPerBatch(), LEAST_LENGTH));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new EncoderSpec(
        folder,
        options.pooling().orElse(defaults.pooling()),
        options.normalize().orElse(defaults.normalize()),
        maxLength,
        options.tokensPerBatch(),
        options.device());
  }

  /** What the folder itself says. */
  public EncoderDefaults defaults() {
    return defaults;
  }

  /**
   * Tells encoders apart by their content: sizes, all bytes of the weights, vocabulary and how
   * words are split. Pooling, prompts and lengths are not in it. The first call reads the weights.
   */
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      fingerprint =
          Sha256.of(
              String.join(
                  "\n",
                  StartFingerprint.ofAllBytes(storage, transformer),
                  model.vocabulary().fingerprint(),
                  wordRules().toString()));
    }
    return fingerprint;
  }

  /** Width D of its vectors. */
  public int width() {
    return model.shape().hiddenSize();
  }

  /** Its vocabulary. */
  public Vocabulary vocabulary() {
    return model.vocabulary();
  }

  /** How its tokenizer splits words. */
  public WordRules wordRules() {
    return model.wordRules().orBert();
  }

  /** Folder of the model, qualified. */
  public String folder() {
    return folder;
  }

  /** Folder of the transformer, where sizes, weights and vocabulary lie. */
  public String transformer() {
    return transformer;
  }

  /** Sizes of the model. */
  public BertShape shape() {
    return model.shape();
  }

  /** The encoder's parameters. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Where the parameters' values lie. */
  public StartWeights weights() {
    return weights;
  }
}
