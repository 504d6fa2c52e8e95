package io.retromae.pretrain.checkpoint;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.model.BertShape;
import io.retromae.pretrain.model.FlatTensors;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.model.WeightInitializer;
import io.retromae.pretrain.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A BERT in Hugging Face's layout to start from. Takes the encoder from {@code BertModel} or {@code
 * BertForMaskedLM} weights, old LayerNorm names ({@code gamma}, {@code beta}) included; what the
 * folder lacks (MLM head, decoder) is made fresh and reported.
 */
public final class HuggingFaceFolder {
  private final Storage storage;
  private final String folder;
  private final BertShape shape;

  private HuggingFaceFolder(Storage storage, String folder, BertShape shape) {
    this.storage = storage;
    this.folder = folder;
    this.shape = shape;
  }

  /**
   * Opens a folder and reads its sizes.
   *
   * @throws ConfigException if it is not a BERT folder with safetensors weights
   */
  public static HuggingFaceFolder open(Storage storage, String folder) {
    String config = folder + "/config.json";
    if (!storage.exists(config)) {
      throw new ConfigException(
          "init.from = %s: holds no config.json; give the folder of a Hugging Face BERT"
              .formatted(folder));
    }
    if (!storage.exists(folder + "/model.safetensors")) {
      throw new ConfigException(
          "init.from = %s: holds no model.safetensors; save the model again with".formatted(folder)
              + " save_pretrained(..., safe_serialization=True)");
    }
    return new HuggingFaceFolder(
        storage, folder, BertConfigJson.read(config, storage.read(config)));
  }

  /** The model's sizes. */
  public BertShape shape() {
    return shape;
  }

  /**
   * Fills all parameters.
   *
   * @param memory float32 vector in the layout of {@link #shape}
   * @param seed for what the folder lacks
   * @return names of the parameters made fresh
   */
  public List<String> fill(ByteBuffer memory, ParameterLayout layout, long seed)
      throws IOException {
    Map<String, TensorData> tensors = new FileSet(storage, folder).readTensors("model.safetensors");
    List<String> fresh = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      Optional<TensorData> found = find(tensors, parameter.name());
      if (found.isPresent()) {
        checkShape(parameter, found.get());
        FlatTensors.fill(memory, parameter, found.get());
      } else if (parameter.name().startsWith("bert.")) {
        throw new ConfigException(
            "init.from = %s: model.safetensors lacks %s; it is not a whole BERT encoder"
                .formatted(folder, parameter.name()));
      } else {
        WeightInitializer.fill(memory, parameter, shape, seed);
        fresh.add(parameter.name());
      }
    }
    return fresh;
  }

  private static Optional<TensorData> find(Map<String, TensorData> tensors, String name) {
    String bare = name.startsWith("bert.") ? name.substring("bert.".length()) : name;
    for (String candidate : List.of(name, oldName(name), bare, oldName(bare))) {
      if (tensors.containsKey(candidate)) {
        return Optional.of(tensors.get(candidate));
      }
    }
    return Optional.empty();
  }

  private static String oldName(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  private void checkShape(ParameterLayout.Parameter parameter, TensorData tensor) {
    if (!Arrays.equals(parameter.shape(), tensor.shape()) || !tensor.dtype().equals("F32")) {
      throw new ConfigException(
          "init.from = %s: %s is %s %s, config.json asks for F32 %s"
              .formatted(
                  folder,
                  parameter.name(),
                  tensor.dtype(),
                  Arrays.toString(tensor.shape()),
                  Arrays.toString(parameter.shape())));
    }
  }
}
