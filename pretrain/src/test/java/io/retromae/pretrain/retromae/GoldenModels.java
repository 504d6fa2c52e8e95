package io.retromae.pretrain.retromae;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** The recorded tiny BERT, made by the code that training uses. */
public final class GoldenModels {
  private GoldenModels() {}

  static RetroMaeModel load(String variant, DataType type) {
    return load(variant, type, Compute.CPU);
  }

  static RetroMaeModel load(String variant, DataType type, Compute compute) {
    RetroMaeModel model = RetroMaeModel.create(shape(), objective(variant), type, compute);
    fill(model, type);
    return model;
  }

  /** Its sizes. */
  public static BertShape shape() {
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
  public static void fill(BertModel model, DataType type) {
    Map<String, TensorData> weights = GoldenBatches.tensors("tiny/model.safetensors");
    ByteBuffer memory = model.parameters().fetch().whole();
    for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
      double[] values = weights.get(parameter.name()).toDoubles();
      for (int i = 0; i < values.length; i++) {
        put(memory, type, (int) parameter.offset() + i, values[i]);
      }
    }
  }

  static RetroMaeVariant objective(String variant) {
    return switch (variant) {
      case "retromae_raw" -> new RetroMaeVariant(RetroMaeVariant.DecoderQuery.RAW, 0);
      case "retromae_emb" -> new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0);
      case "dupmae" -> new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0.1);
      default -> throw new IllegalArgumentException(variant);
    };
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(GoldenBatches.FOLDER.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A value of a vector in memory. */
  public static double get(ByteBuffer memory, DataType type, int index) {
    return type == DataType.FLOAT64 ? memory.getDouble(8 * index) : memory.getFloat(4 * index);
  }

  private static void put(ByteBuffer memory, DataType type, int index, double value) {
    if (type == DataType.FLOAT64) {
      memory.putDouble(8 * index, value);
    } else {
      memory.putFloat(4 * index, (float) value);
    }
  }

  /** One parameter's part of a flat vector. */
  static double[] slice(FlatVector vector, RetroMaeModel model, String name) {
    ParameterLayout.Parameter parameter =
        model.layout().parameters().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow();
    return slice(vector.fetch().whole(), model.dataType(), parameter);
  }

  static double[] slice(ByteBuffer memory, DataType type, ParameterLayout.Parameter parameter) {
    double[] values = new double[(int) parameter.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(memory, type, (int) parameter.offset() + i);
    }
    return values;
  }
}
