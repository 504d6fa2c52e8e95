package io.retromae.pretrain.model;

import io.retromae.pretrain.memory.HostVector;
import io.retromae.pretrain.safetensors.TensorData;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A flat float32 vector seen as named tensors, without copying. */
public final class FlatTensors {
  private FlatTensors() {}

  /**
   * The chosen parameters' tensors, in the layout's order, as views of {@code memory}.
   *
   * @param prefix put before each name
   */
  public static Map<String, TensorData> view(
      ParameterLayout layout,
      HostVector memory,
      String prefix,
      Predicate<ParameterLayout.Parameter> chosen) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      if (chosen.test(parameter)) {
        ByteBuffer part = part(memory, parameter);
        tensors.put(prefix + parameter.name(), new TensorData("F32", parameter.shape(), part));
      }
    }
    return tensors;
  }

  /** Copies a tensor's values to the parameter's place. */
  public static void fill(
      HostVector memory, ParameterLayout.Parameter parameter, TensorData values) {
    part(memory, parameter).put(values.bytes().duplicate());
  }

  private static ByteBuffer part(HostVector memory, ParameterLayout.Parameter parameter) {
    return memory.slice(parameter.offset(), parameter.size());
  }
}
