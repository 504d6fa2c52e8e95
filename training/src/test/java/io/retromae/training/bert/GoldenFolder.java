package io.retromae.training.bert;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A folder of recorded numbers, and of the tiny BERT that they were recorded from.
 *
 * @param path where it is
 */
public record GoldenFolder(Path path) {
  /** The folder that a system property names. */
  public static GoldenFolder of(String property) {
    return new GoldenFolder(Path.of(System.getProperty(property)));
  }

  /** A file of JSON. */
  public JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(path.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of tensors. */
  public Map<String, TensorData> tensors(String name) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path.resolve(name)))) {
      return Safetensors.read(name, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A matrix of a file of tensors: its rows, rounded to float32. */
  public float[][] rows(String file, String name) {
    TensorData matrix = tensors(file).get(name);
    double[] values = matrix.toDoubles();
    float[][] rows = new float[Math.toIntExact(matrix.shape()[0])][];
    int width = Math.toIntExact(matrix.shape()[1]);
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new float[width];
      for (int i = 0; i < width; i++) {
        rows[row][i] = (float) values[row * width + i];
      }
    }
    return rows;
  }

  /** The tiny BERT's sizes. */
  public BertShape shape() {
    JsonNode c = json("tiny/config.json");
    return new BertShape(
        c.get("vocab_size").asInt(),
        c.get("hidden_size").asInt(),
        c.get("num_hidden_layers").asInt(),
        c.get("num_attention_heads").asInt(),
        c.get("intermediate_size").asInt(),
        c.get("max_position_embeddings").asInt(),
        c.get("type_vocab_size").asInt(),
        c.get("layer_norm_eps").asDouble(),
        c.get("hidden_dropout_prob").asDouble(),
        c.get("attention_probs_dropout_prob").asDouble(),
        c.get("initializer_range").asDouble(),
        c.get("pad_token_id").asInt());
  }

  /** Gives a model of this shape the recorded weights. */
  public void fill(BertModel model) {
    Map<String, TensorData> weights = tensors("tiny/model.safetensors");
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      ByteBuffer memory = model.parameters().fetch().slice(parameter.offset(), parameter.size());
      for (double value : weights.get(parameter.name()).toDoubles()) {
        if (model.dataType() == DataType.FLOAT64) {
          memory.putDouble(value);
        } else {
          memory.putFloat((float) value);
        }
      }
    }
  }
}
