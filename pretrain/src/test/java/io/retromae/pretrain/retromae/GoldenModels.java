package io.retromae.pretrain.retromae;

import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import java.nio.ByteBuffer;

/** The recorded tiny BERT, made by the code that training uses. */
public final class GoldenModels {
  private GoldenModels() {}

  static RetroMaeModel load(String variant, DataType type) {
    return load(variant, type, Compute.CPU);
  }

  static RetroMaeModel load(String variant, DataType type, Compute compute) {
    RetroMaeModel model =
        RetroMaeModel.create(GoldenBatches.FOLDER.shape(), objective(variant), type, compute);
    GoldenBatches.FOLDER.fill(model);
    return model;
  }

  static RetroMaeVariant objective(String variant) {
    return switch (variant) {
      case "retromae_raw" -> new RetroMaeVariant(RetroMaeVariant.DecoderQuery.RAW, 0);
      case "retromae_emb" -> new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0);
      case "dupmae" -> new RetroMaeVariant(RetroMaeVariant.DecoderQuery.EMBEDDINGS, 0.1);
      default -> throw new IllegalArgumentException(variant);
    };
  }

  /** A value of a vector in memory. */
  public static double get(ByteBuffer memory, DataType type, int index) {
    return type == DataType.FLOAT64 ? memory.getDouble(8 * index) : memory.getFloat(4 * index);
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
