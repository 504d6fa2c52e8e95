package io.retromae.finetune.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.core.vocab.WordRules;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.probe.ProbeTasks;
import io.retromae.finetune.config.DataSettings;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.config.ObjectiveSettings;
import io.retromae.finetune.data.PairBatchMaker;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.Pooling;
import io.retromae.training.huggingface.BaseModel;
import io.retromae.training.huggingface.HuggingFaceFolder;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.huggingface.StartFolder;
import io.retromae.training.huggingface.WeightOrigin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The model that a run starts with: sizes, vocabulary and first weights.
 *
 * @param shape sizes
 * @param vocabulary of the model
 * @param wordRules how its tokenizer splits words
 * @param origin where the weights come from
 * @param base what is known of the model it began with
 * @param made how the folder says its vectors are made; empty if it does not, or for a checkpoint
 * @param from folder of the first weights: what {@code init.from} means
 */
public record FinetuneStart(
    BertShape shape,
    Vocabulary vocabulary,
    WordRules wordRules,
    WeightOrigin origin,
    BaseModel base,
    Optional<EncoderDefaults> made,
    String from) {

  /**
   * Reads what the settings name, or the run's own checkpoint in its place.
   *
   * @param checkpoint qualified folder of the checkpoint's files to go on from; empty for a fresh
   *     start
   * @throws ConfigException if settings and model do not fit together
   */
  static FinetuneStart of(Storage storage, FinetuneConfig config, Optional<String> checkpoint)
      throws IOException {
    String named = config.init().from();
    String from = checkpoint.isPresent() ? named : StartFolder.of(storage, named);
    HuggingFaceFolder folder = HuggingFaceFolder.open(storage, checkpoint.orElse(from));
    check(config, folder.shape());
    WeightOrigin origin =
        checkpoint.isPresent()
            ? new WeightOrigin.Checkpoint(from)
            : new WeightOrigin.Folder(
                folder.encoderWeights(ParameterLayout.withoutHead(folder.shape())),
                config.schedule().seed());
    BaseModel base =
        checkpoint
            .map(files -> RunDescription.read(storage, files).base())
            .orElseGet(() -> BaseModel.of(storage, from));
    return new FinetuneStart(
        folder.shape(),
        folder.vocabulary(),
        folder.wordRules().orBert(),
        origin,
        base,
        checkpoint.isPresent() ? Optional.empty() : made(storage, from),
        from);
  }

  /**
   * A model of these sizes that is still to be made, for an estimate.
   *
   * @throws ConfigException if settings and model do not fit together
   */
  static FinetuneStart toCome(
      FinetuneConfig config, BertShape shape, Vocabulary vocabulary, WordRules wordRules) {
    check(config, shape);
    String from = config.init().from();
    return new FinetuneStart(
        shape,
        vocabulary,
        wordRules,
        new WeightOrigin.ToCome(from),
        BaseModel.NONE,
        Optional.empty(),
        from);
  }

  private static Optional<EncoderDefaults> made(Storage storage, String from) {
    return storage.exists(from + "/modules.json")
        ? Optional.of(EncoderFolder.open(storage, from).defaults())
        : Optional.empty();
  }

  /** Where vectors are to be made in another way than they were. */
  List<String> warnings(ObjectiveSettings objective) {
    List<String> warnings = new ArrayList<>();
    made.filter(before -> before.pooling() != objective.pooling())
        .ifPresent(
            before ->
                warnings.add(
                    "objective.pooling = %s: the model in init.from makes vectors by %s"
                        .formatted(lower(objective.pooling()), lower(before.pooling()))));
    return warnings;
  }

  private static String lower(Pooling pooling) {
    return pooling.name().toLowerCase(Locale.ROOT);
  }

  private static void check(FinetuneConfig config, BertShape shape) {
    List<String> problems = new ArrayList<>();
    int positions = shape.maxPositionEmbeddings();
    checkLength("query_max_length", config.data().queryMaxLength(), positions, problems);
    checkLength("passage_max_length", config.data().passageMaxLength(), positions, problems);
    for (int dims : config.objective().mrlDims()) {
      if (dims > shape.hiddenSize()) {
        problems.add(
            "objective.mrl_dims has %d: the model's vectors have %d components"
                .formatted(dims, shape.hiddenSize()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void checkLength(String name, int length, int positions, List<String> problems) {
    if (length > positions) {
      problems.add("data.%s = %d: the model has %d positions".formatted(name, length, positions));
    }
  }

  /** How texts become the model's pieces. */
  ProbeTasks.Words words() {
    return new ProbeTasks.Words(vocabulary, wordRules);
  }

  /** A new maker of batches, for one thread. */
  PairBatchMaker maker(DataSettings data) {
    return new PairBatchMaker(
        new WordPieceTokenizer(vocabulary, wordRules),
        vocabulary,
        data.instructions(),
        data.queryMaxLength(),
        data.passageMaxLength());
  }
}
