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
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.training.checkpoint.CheckpointFiles;
import io.retromae.training.checkpoint.FileEntry;
import io.retromae.training.checkpoint.FileSet;
import io.retromae.training.huggingface.NewModelFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The weighted mean of model folders, as a model folder: encoder, tokenizer, and
 * sentence-transformers' files of the first part that has them.
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

  private Merge(Storage storage, List<Part> parts) {
    this.storage = storage;
    this.parts = parts;
    this.aloud = Agreement.of(parts);
  }

  /**
   * Opens the parts; reads small files and headers of weights.
   *
   * @param folders at least two, of Hugging Face's or sentence-transformers' layout, safetensors or
   *     pickled
   * @param weights one a folder, above 0, of any sum; none for equal ones
   * @throws ConfigException naming what differs, if they are no models of one kind
   */
  public static Merge of(Storage storage, List<String> folders, List<Double> weights) {
    return new Merge(storage, Part.open(storage, folders, weights));
  }

  /** What is merged, and what of the parts differs without harm, a line each. */
  public List<String> describe() {
    List<String> lines =
        parts.stream()
            .map(part -> String.format(Locale.ROOT, "%.6f  %s", part.share(), part.folder()))
            .collect(Collectors.toList());
    lines.addAll(aloud);
    Part lead = Agreement.lead(parts);
    if (!lead.saysHow()) { // then the merged folder does not say it either
      lines.addAll(lead.encoder().defaults().saidAloud());
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
    files.writeBytes("README.md", MergeCard.text(storage, parts).getBytes(StandardCharsets.UTF_8));
    storage.publish(target + "/" + inner + CONFIG, config());
    EncoderFolder.open(storage, target);
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
