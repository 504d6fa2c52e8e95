package io.retromae.finetune.merge;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Σ share x value of each parameter in float64, in the order of the parts, rounded to float32 once:
 * the mean of equal models is that model, bit by bit. Only some parameters are summed at a time;
 * which ones never changes the result.
 */
final class WeightedMean {
  /** What of the heap float64 sums may take; the rest holds the float32 results. */
  private static final int SHARE_OF_HEAP = 4;

  private final List<Part> parts;
  private final long room;

  /**
   * A mean.
   *
   * @param room float64 values to sum at a time; a larger parameter is summed alone
   */
  WeightedMean(List<Part> parts, long room) {
    this.parts = parts;
    this.room = room;
  }

  static WeightedMean inThisHeap(List<Part> parts) {
    long bytes = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    return new WeightedMean(parts, bytes / Double.BYTES);
  }

  /**
   * The means, by the parameters' names.
   *
   * @throws CorruptDataException if a part's weights are damaged
   */
  Map<String, TensorData> tensors() throws IOException {
    Map<String, TensorData> means = new TreeMap<>();
    Map<String, ParameterLayout.Parameter> group = new HashMap<>();
    long values = 0;
    for (ParameterLayout.Parameter parameter : parts.get(0).encoder().layout().parameters()) {
      if (!group.isEmpty() && values + parameter.size() > room) {
        sum(group, means);
        group.clear();
        values = 0;
      }
      group.put(parameter.name(), parameter);
      values += parameter.size();
    }
    sum(group, means);
    return means;
  }

  private void sum(Map<String, ParameterLayout.Parameter> group, Map<String, TensorData> means)
      throws IOException {
    Map<String, double[]> sums = new HashMap<>();
    group.forEach((name, parameter) -> sums.put(name, new double[size(parameter)]));
    for (Part part : parts) {
      boolean first = part == parts.get(0);
      part.encoder()
          .weights()
          .readPieces(
              (parameter, from, values) -> {
                double[] sum = sums.get(parameter);
                if (sum != null) {
                  add(sum, Math.toIntExact(from), values, part.share(), first);
                }
              });
    }
    group.forEach((name, parameter) -> means.put(name, rounded(sums.get(name), parameter)));
  }

  /** The first is put and not added: a negative zero stays one. */
  private static void add(double[] sum, int from, TensorData values, double share, boolean first) {
    FloatBuffer floats = values.bytes().asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      double value = share * floats.get(i);
      sum[from + i] = first ? value : sum[from + i] + value;
    }
  }

  private static TensorData rounded(double[] sum, ParameterLayout.Parameter parameter) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * sum.length).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (double value : sum) {
      floats.put((float) value);
    }
    return new TensorData("F32", parameter.shape(), bytes);
  }

  private static int size(ParameterLayout.Parameter parameter) {
    long size = parameter.size();
    if (size > Integer.MAX_VALUE / Float.BYTES) {
      throw new ConfigException(
          "%s has %,d values; at most %,d can be merged"
              .formatted(parameter.name(), size, Integer.MAX_VALUE / Float.BYTES));
    }
    return (int) size;
  }
}
