package io.retromae.embed.encoder;

import io.retromae.core.storage.Storage;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TensorViews;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The folder of a small BERT with random weights, which tests change. */
final class TinyFolder {
  static final int POSITIONS = 40;
  static final BertShape SHAPE =
      new BertShape(64, 16, 3, 2, 32, POSITIONS, 2, 1e-12, 0.1, 0.1, 0.2, 0);

  private final Path path;
  private final Storage storage = new Storage(new Configuration());
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  TinyFolder(Path path) {
    this.path = path;
    ParameterLayout layout = ParameterLayout.withoutHead(SHAPE);
    HostVector memory = HostVector.allocate(layout.size());
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      WeightInitializer.fill(memory, parameter, SHAPE, 1);
    }
    tensors.putAll(TensorViews.view(layout, memory, "", p -> true));
    weights();
    text("vocab.txt", String.join("\n", vocabulary()) + "\n");
    text(
        "config.json",
        """
        {"model_type": "bert", "vocab_size": 64, "hidden_size": 16, "num_hidden_layers": 3,
         "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 40}
        """);
    text("tokenizer_config.json", "{\"do_lower_case\": true, \"model_max_length\": 30}");
  }

  private static List<String> vocabulary() {
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.add(String.valueOf(c));
      tokens.add("##" + c);
    }
    tokens.add("天"); // fewer tokens than the word table has rows
    return tokens;
  }

  /** With the files of sentence-transformers, in the spelling of version 5.7 or older ones. */
  TinyFolder withModules(String pooling) {
    text(
        "modules.json",
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"}]
        """);
    text("1_Pooling/config.json", pooling);
    return this;
  }

  TinyFolder text(String name, String content) {
    try {
      Files.createDirectories(path.resolve(name).getParent());
      Files.writeString(path.resolve(name), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TinyFolder without(String tensor) {
    tensors.remove(tensor);
    weights();
    return this;
  }

  /** Puts another tensor in the place of one, or adds it. */
  TinyFolder with(String name, TensorData tensor) {
    tensors.put(name, tensor);
    weights();
    return this;
  }

  TensorData tensor(String name) {
    return tensors.get(name);
  }

  private void weights() {
    try (OutputStream out = Files.newOutputStream(path.resolve("model.safetensors"))) {
      Safetensors.write(out, tensors, Map.of("format", "pt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Storage storage() {
    return storage;
  }

  EncoderFolder open() {
    return EncoderFolder.open(storage, path.toString());
  }
}
