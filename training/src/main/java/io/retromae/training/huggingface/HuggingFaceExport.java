package io.retromae.training.huggingface;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.checkpoint.CheckpointFiles;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.checkpoint.FileEntry;
import io.retromae.training.checkpoint.FileSet;
import io.retromae.training.checkpoint.Weights;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Writes a checkpoint as a Hugging Face folder: weights of {@code BertForMaskedLM}, or of {@code
 * BertModel} if it was trained without the MLM head, tokenizer, model card, sentence-transformers'
 * files, and beside it the decoder that it was trained with, if there is one. Reads the weights
 * back before it returns.
 */
public final class HuggingFaceExport {
  /** The model card is written last: a folder that has it is whole. */
  static final String LAST = "README.md";

  private static final List<String> COPIED =
      List.of(
          "config.json",
          "vocab.txt",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private HuggingFaceExport() {}

  /**
   * Exports. If that fails, as on a full disk, nothing is left: the folder was not there before,
   * and the next try shall find it so.
   *
   * @param runFolder the run
   * @param step of one of its checkpoints
   * @param target a folder that does not exist yet
   * @param cards what a card says of an objective, by the run's {@link RunDescription#method}
   * @throws CorruptDataException if the checkpoint is damaged or the export cannot be read back
   * @throws ClusterException if storage fails
   */
  public static void write(
      Storage storage,
      String runFolder,
      long step,
      String target,
      Function<String, ObjectiveCard> cards) {
    NewModelFolder.write(
        storage,
        target,
        "step %d of %s".formatted(step, runFolder),
        () -> writeFiles(storage, runFolder, step, target, cards));
  }

  private static void writeFiles(
      Storage storage,
      String runFolder,
      long step,
      String target,
      Function<String, ObjectiveCard> cards)
      throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(storage, runFolder);
    Weights weights = checkpoints.weights(step);
    refuseUnlessFinite(weights.model());
    refuseUnlessFinite(weights.decoder());
    RunDescription run = RunDescription.parse(checkpoints.description(step, RunDescription.FILE));
    ObjectiveCard card = cards.apply(run.method());
    FileSet files = new FileSet(storage, target);
    for (String name : COPIED) {
      files.writeBytes(name, checkpoints.description(step, name));
    }
    byte[] config = checkpoints.description(step, "config.json");
    BertShape shape = BertConfigJson.read("config.json", config);
    if (!weights.decoder().isEmpty()) {
      files.writeTensors("decoder/model.safetensors", new TreeMap<>(weights.decoder()));
      files.writeBytes("decoder/config.json", config);
    }
    for (var file :
        SentenceTransformersFiles.files(run.vectors(), run.maxSeqLength(), shape.hiddenSize())
            .entrySet()) {
      files.writeBytes(file.getKey(), file.getValue());
    }
    Vocabulary vocabulary = Vocabulary.load(storage, target);
    files.writeBytes(
        "reference-vectors.json", ReferenceVectors.json(weights, shape, vocabulary, run));
    boolean head = BertConfigJson.hasHead(config);
    FileEntry model = files.writeTensors(CheckpointFiles.MODEL, named(weights.model(), head));
    files.writeBytes(LAST, utf8(ModelCard.text(run, card, shape, weights.state())));
    readBack(files, model, shape, head);
  }

  private static Map<String, TensorData> named(Map<String, TensorData> tensors, boolean head) {
    Map<String, TensorData> named = new TreeMap<>();
    tensors.forEach((name, data) -> named.put(exportedName(name, head), data));
    return named;
  }

  /** As {@code save_pretrained} of Hugging Face's class with or without the head names it. */
  private static String exportedName(String parameter, boolean head) {
    String encoder = "bert.";
    return !head && parameter.startsWith(encoder)
        ? parameter.substring(encoder.length())
        : parameter;
  }

  private static void refuseUnlessFinite(Map<String, TensorData> tensors) {
    tensors.forEach(
        (name, data) -> {
          if (data.firstNotFinite().isPresent()) {
            throw new CorruptDataException(
                "tensor %s of the checkpoint holds values that are no finite numbers: training had failed before it was saved; export an earlier one"
                    .formatted(name));
          }
        });
  }

  /** A known failure of the reference: folders that hold the embeddings only. */
  private static void readBack(FileSet files, FileEntry model, BertShape shape, boolean head)
      throws IOException {
    files.verify(model);
    ParameterLayout layout = head ? ParameterLayout.of(shape) : ParameterLayout.withoutHead(shape);
    Set<String> written = files.header(model).keySet();
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      String name = exportedName(parameter.name(), head);
      if (!written.contains(name)) {
        throw new CorruptDataException(model.name() + " read back has no " + name);
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
