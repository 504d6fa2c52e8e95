package io.retromae.training.bert;

import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.TensorData;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** A flat float32 vector seen as named tensors, without copying. */
public final class TensorViews {
  /** Values of a tensor, at most: 1 GiB, half of what a buffer holds. */
  private static final long MAX_VALUES = 1 << 28;

  private TensorViews() {}

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
    return view(layout, memory, 0, prefix, chosen);
  }

  /**
   * The same of a part of a flat vector. A parameter that is not in it whole, or is larger than 1
   * GiB, is seen as pieces: the tensor {@code name[a:b]} has its values a to b - 1, row by row.
   *
   * @param from place of the memory's first value in the layout
   */
  public static Map<String, TensorData> view(
      ParameterLayout layout,
      HostVector memory,
      long from,
      String prefix,
      Predicate<ParameterLayout.Parameter> chosen) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      long begin = Math.max(0, from - parameter.offset());
      long end = Math.min(parameter.size(), from + memory.size() - parameter.offset());
      for (long at = begin; chosen.test(parameter) && at < end; at += MAX_VALUES) {
        long until = Math.min(end, at + MAX_VALUES);
        boolean whole = until - at == parameter.size();
        String name =
            prefix
                + parameter.name()
                + (whole ? "" : String.format(Locale.ROOT, "[%d:%d]", at, until));
        long[] shape = whole ? parameter.shape() : new long[] {until - at};
        ByteBuffer values = memory.slice(parameter.offset() + at - from, until - at);
        tensors.put(name, new TensorData("F32", shape, values));
      }
    }
    return tensors;
  }

  /** Copies a tensor's values to the parameter's place. */
  public static void fill(
      HostVector memory, ParameterLayout.Parameter parameter, TensorData values) {
    memory.slice(parameter.offset(), parameter.size()).put(values.bytes().duplicate());
  }
}
