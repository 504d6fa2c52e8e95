package io.retromae.training.safetensors;

import java.util.Arrays;

/**
 * One tensor as a safetensors header describes it.
 *
 * @param dtype safetensors name, see {@link TensorData}
 * @param shape dimensions, empty for a scalar
 * @param begin offset of its first byte after the header
 * @param end offset after its last byte
 */
public record TensorEntry(String dtype, long[] shape, long begin, long end) {
  /** Checks that size, shape and type agree. */
  public TensorEntry {
    long expected = Math.multiplyExact(TensorData.elements(shape), TensorData.width(dtype));
    if (end - begin != expected) {
      throw new IllegalArgumentException(
          "a %s tensor of shape %s takes %d bytes, got %d"
              .formatted(dtype, Arrays.toString(shape), expected, end - begin));
    }
  }

  /** Number of bytes. */
  public long bytes() {
    return end - begin;
  }
}
