package io.retromae.pretrain.checkpoint;

import io.retromae.core.failure.ConfigException;
import io.retromae.pretrain.memory.HostVector;
import io.retromae.pretrain.model.BertShape;
import io.retromae.pretrain.model.FlatTensors;
import io.retromae.pretrain.model.ParameterLayout;
import io.retromae.pretrain.model.WeightInitializer;
import io.retromae.pretrain.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where each parameter gets its first value from, once this is known to be possible: a tensor of a
 * model folder, or a fresh draw.
 */
public final class StartWeights {
  private final WeightIndex index;
  private final String folder;
  private final BertShape shape;
  private final WeightSources sources;

  StartWeights(WeightIndex index, String folder, BertShape shape, WeightSources sources) {
    this.index = index;
    this.folder = folder;
    this.shape = shape;
    this.sources = sources;
  }

  /** What is taken, made fresh and left, in one line. */
  public String describe() {
    return StartDescription.of(folder, shape, index, sources);
  }

  /** Names of the parameters that are made fresh. */
  public List<String> fresh() {
    return sources.fresh();
  }

  /**
   * Fills all parameters.
   *
   * @param memory float32 vector of this layout
   * @param seed for what is made fresh
   * @throws ConfigException if the folder's MLM head does not score with its word table
   */
  public void fill(HostVector memory, ParameterLayout layout, long seed) throws IOException {
    Map<String, ParameterLayout.Parameter> parameters = new HashMap<>();
    layout.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
    for (String name : sources.fresh()) {
      WeightInitializer.fill(memory, parameters.get(name), shape, seed);
    }
    Map<String, TensorData> tied = new LinkedHashMap<>();
    for (String file : files()) {
      index.read(
          file,
          (tensor, data) -> {
            if (!index.find(tensor).orElseThrow().file().equals(file)) {
              return;
            }
            if (sources.parameterOf().containsKey(tensor)) {
              put(memory, parameters.get(sources.parameterOf().get(tensor)), data.toFloat32());
            } else if (sources.tied().containsKey(tensor)) {
              tied.put(tensor, data.toFloat32());
            }
          });
    }
    for (Map.Entry<String, TensorData> entry : tied.entrySet()) {
      checkTied(entry, memory, parameters.get(sources.tied().get(entry.getKey())));
    }
  }

  private Set<String> files() {
    Set<String> files = new TreeSet<>();
    sources.parameterOf().keySet().forEach(t -> files.add(index.find(t).orElseThrow().file()));
    sources.tied().keySet().forEach(t -> files.add(index.find(t).orElseThrow().file()));
    return files;
  }

  /**
   * Copies a tensor; a longer position table repeats it, as Longformer does (arXiv:2004.05150,
   * section 5): attention of a BERT looks mostly at near tokens, and their relative places stay
   * known everywhere but at the seams.
   */
  private static void put(HostVector memory, ParameterLayout.Parameter parameter, TensorData data) {
    if (data.size() == parameter.size()) {
      FlatTensors.fill(memory, parameter, data);
      return;
    }
    int rowBytes = Math.toIntExact(4 * parameter.shape()[1]);
    int known = Math.toIntExact(data.shape()[0]);
    ByteBuffer rows = ByteBuffer.allocate(Math.toIntExact(4 * parameter.size()));
    for (int row = 0; row < parameter.shape()[0]; row++) {
      rows.put(row * rowBytes, data.bytes(), row % known * rowBytes, rowBytes);
    }
    FlatTensors.fill(memory, parameter, new TensorData("F32", parameter.shape(), rows));
  }

  private void checkTied(
      Map.Entry<String, TensorData> tied, HostVector memory, ParameterLayout.Parameter parameter) {
    ByteBuffer own = memory.slice(parameter.offset(), parameter.size());
    if (!Arrays.equals(parameter.shape(), tied.getValue().shape())
        || !own.equals(tied.getValue().bytes())) {
      throw new ConfigException(
          ("init.from = %s: %s differs from %s, but RetroMAE has one table for both; save the bare"
                  + " encoder (AutoModel.from_pretrained(...).save_pretrained(...)) and let the head"
                  + " be made fresh")
              .formatted(folder, tied.getKey(), parameter.name()));
    }
  }
}
