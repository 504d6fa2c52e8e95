package io.retromae.embed.ml;

import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes the folder of a BERT with drawn weights, which knows some letters and words. */
final class TinyModel {
  static final int WIDTH = 32;
  static final int POSITIONS = 64;
  static final int CLS = 2;
  static final int SEP = 3;

  private static final List<String> TOKENS =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##a", "##b", "##c", "query",
          ":", "red", "green", "blue", "中", "文");

  private TinyModel() {}

  /** Writes it into a folder that exists, and gives the folder's path. */
  static String write(Path folder) throws IOException {
    BertShape shape =
        new BertShape(TOKENS.size(), WIDTH, 2, 4, 64, POSITIONS, 2, 1e-12, 0, 0, 0.02, 0);
    Files.write(folder.resolve("vocab.txt"), TOKENS);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": true}");
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": %d, "hidden_size": %d,
         "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
         "max_position_embeddings": %d, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
         "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
         "pad_token_id": 0, "position_embedding_type": "absolute", "initializer_range": 0.02}
        """
            .formatted(TOKENS.size(), WIDTH, POSITIONS));
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      Safetensors.write(out, weights(shape), Map.of("format", "pt"));
    }
    return folder.toString();
  }

  /** Adds the files by which sentence-transformers says: mean of hidden states, not normalized. */
  static void sayMeanAndPrompts(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
        """);
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        "{\"word_embedding_dimension\": %d, \"pooling_mode_mean_tokens\": true}".formatted(WIDTH));
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"query: \"}, \"default_prompt_name\": null}");
  }

  private static Map<String, TensorData> weights(BertShape shape) {
    Random random = new Random(7);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    for (ParameterLayout.Parameter parameter : ParameterLayout.withoutHead(shape).parameters()) {
      int size = Math.toIntExact(parameter.size());
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * size).order(ByteOrder.LITTLE_ENDIAN);
      double middle = parameter.isLayerNormWeight() ? 1 : 0;
      for (int i = 0; i < size; i++) {
        bytes.putFloat((float) (middle + 0.2 * random.nextGaussian()));
      }
      weights.put(parameter.name(), new TensorData("F32", parameter.shape(), bytes.flip()));
    }
    return weights;
  }
}
