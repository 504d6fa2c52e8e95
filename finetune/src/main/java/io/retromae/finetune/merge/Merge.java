package io.retromae.finetune.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.training.bert.Pooling;
import io.retromae.training.checkpoint.CheckpointFiles;
import io.retromae.training.checkpoint.FileEntry;
import io.retromae.training.checkpoint.FileSet;
import io.retromae.training.huggingface.NewModelFolder;
import io.retromae.training.huggingface.SentenceTransformersFiles;
import io.retromae.training.huggingface.SentenceVectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The weighted mean of model folders, as a model folder: encoder, tokenizer, and
 * sentence-transformers' files of the first part that has them, or those of a pooling that is asked
 * for.
 */
public final class Merge {
  private static final String CONFIG = "config.json";
  private static final String MODULES = "modules.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** What makes ids of texts and vectors of hidden states, in the root or a module's folder. */
  private static final Set<String> COPIED =
      Set.of(
          "vocab.txt",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "sentence_bert_config.json",
          "config_sentence_transformers.json",
          MODULES,
          CONFIG); // of poolings

  private final Storage storage;
  private final List<Part> parts;
  private final List<String> aloud;
  private final Optional<Pooling> pooling;

  private Merge(Storage storage, List<Part> parts, Optional<Pooling> pooling) {
    this.storage = storage;
    this.parts = parts;
    this.aloud = Agreement.of(parts);
    this.pooling = pooling;
    Agreement.check(pooling, Agreement.lead(parts));
  }

  /**
   * Opens the parts; reads small files and headers of weights.
   *
   * @param folders at least two, of Hugging Face's or sentence-transformers' layout, safetensors or
   *     pickled
   * @param weights one a folder, above 0, of any sum; none for equal ones
   * @param pooling that the merged folder says, with normalized vectors, if no part says how they
   *     are made
   * @throws ConfigException naming what differs, if they are no models of one kind, or a part says
   *     another pooling
   */
  public static Merge of(
      Storage storage, List<String> folders, List<Double> weights, Optional<Pooling> pooling) {
    return new Merge(storage, Part.open(storage, folders, weights), pooling);
  }

  /** What is merged, and what of the parts differs without harm, a line each. */
  public List<String> describe() {
    List<String> lines =
        parts.stream()
            .map(part -> String.format(Locale.ROOT, "%.6f  %s", part.share(), part.folder()))
            .collect(Collectors.toList());
    lines.addAll(aloud);
    if (!saysHow()) {
      lines.add(
          "no folder has a modules.json, so the merged one has none: opened by its name alone"
              + " sentence-transformers takes the mean of all tokens; --pooling cls writes down"
              + " that of BERT retrievers");
    }
    return lines;
  }

  /**
   * Writes the mean. If that fails nothing is left; {@code config.json}, without which no library
   * opens a folder, comes last.
   *
   * @param target a folder that does not exist yet
   * @throws ConfigException if it exists
   * @throws CorruptDataException if weights are damaged, or the result cannot be read back
   */
  public void write(String target) {
    NewModelFolder.write(storage, target, "the merged model", () -> writeFiles(target));
  }

  /** Whether the merged folder says how vectors are made. */
  private boolean saysHow() {
    return Agreement.lead(parts).saysHow() || pooling.isPresent();
  }

  private void writeFiles(String target) throws IOException {
    FileSet files = new FileSet(storage, target);
    String inner = transformerPath();
    FileEntry weights =
        files.writeTensors(inner + CheckpointFiles.MODEL, WeightedMean.inThisHeap(parts).tensors());
    files.verify(weights);
    Part lead = Agreement.lead(parts);
    for (StoredFile file : EncoderFolder.files(storage, lead.folder())) {
      String name = file.path().substring(lead.folder().length() + 1);
      String last = name.substring(name.lastIndexOf('/') + 1);
      if (COPIED.contains(last) && !name.equals(inner + CONFIG)) {
        files.writeBytes(name, storage.read(file.path()));
      }
    }
    for (Map.Entry<String, byte[]> module : modules(lead).entrySet()) {
      if (!storage.exists(lead.folder() + "/" + module.getKey())) { // else it was copied
        files.writeBytes(module.getKey(), module.getValue());
      }
    }
    files.writeBytes(
        "README.md", MergeCard.text(storage, parts, saysHow()).getBytes(StandardCharsets.UTF_8));
    storage.publish(target + "/" + inner + CONFIG, config());
    EncoderFolder.open(storage, target);
  }

  /** The files that say how vectors are made, where no part has them. */
  private Map<String, byte[]> modules(Part lead) {
    if (lead.saysHow() || pooling.isEmpty()) {
      return Map.of();
    }
    EncoderDefaults how = lead.encoder().defaults();
    return SentenceTransformersFiles.files(
        new SentenceVectors(pooling.get(), true, how.prompts()),
        how.maxLength(),
        lead.encoder().width());
  }

  /** Where the transformer lies in the folder: empty, or a name with a slash behind it. */
  private String transformerPath() {
    EncoderFolder lead = Agreement.lead(parts).encoder();
    return lead.transformer().equals(lead.folder())
        ? ""
        : lead.transformer().substring(lead.folder().length() + 1) + "/";
  }

  /** That of the lead, but for what is said of the weights beside it. */
  private byte[] config() {
    String path = Agreement.lead(parts).encoder().transformer() + "/" + CONFIG;
    try {
      ObjectNode config =
          (ObjectNode) JSON.readTree(new String(storage.read(path), StandardCharsets.UTF_8));
      config.putArray("architectures").add("BertModel");
      config.remove(List.of("_name_or_path", "dtype"));
      config.put("torch_dtype", "float32");
      return (JSON.writeValueAsString(config) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new ClusterException(path + ": has changed while it was read: " + e.getMessage(), e);
    }
  }
}
