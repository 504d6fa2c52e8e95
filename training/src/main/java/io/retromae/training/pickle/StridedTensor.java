package io.retromae.training.pickle;

import io.retromae.training.safetensors.TensorData;
import io.retromae.training.safetensors.TensorEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor as PyTorch sees it: a window on a storage.
 *
 * @param storage where its values are
 * @param offset place of its first value in the storage's view
 * @param shape dimensions, empty for a scalar
 * @param strides values between neighbours of each dimension
 */
record StridedTensor(StorageRef storage, long offset, long[] shape, long[] strides) {
  /** Checks that all of it lies in the storage. */
  StridedTensor {
    if (shape.length != strides.length || offset < 0) {
      throw new IllegalArgumentException(
          "a tensor of %d dimensions with %d strides from %d"
              .formatted(shape.length, strides.length, offset));
    }
    long elements = 1;
    long last = offset;
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] < 0 || strides[d] < 0) {
        throw new IllegalArgumentException(
            "a tensor with dimension %d of stride %d".formatted(shape[d], strides[d]));
      }
      elements = Math.multiplyExact(elements, shape[d]);
      Math.multiplyExact(elements, (long) storage.type().width());
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[d] - 1), strides[d]));
    }
    if (elements > 0 && last >= storage.length()) {
      throw new IllegalArgumentException(
          "a tensor that ends at place %d of a storage of %d".formatted(last, storage.length()));
    }
  }

  long elements() {
    long elements = 1;
    for (long d : shape) {
      elements *= d;
    }
    return elements;
  }

  /** Type and shape, as if its bytes lay in a row. */
  TensorEntry entry() {
    return new TensorEntry(storage.type().dtype(), shape, 0, elements() * storage.type().width());
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      if (shape[d] != 1 && strides[d] != expected) {
        return false;
      }
      expected *= shape[d];
    }
    return true;
  }

  /**
   * The values in a row.
   *
   * @param bytes of the whole storage; shared where they lie in a row already
   */
  TensorData gather(ByteBuffer bytes) {
    if (elements() > storage.length()) { // stretched along a dimension: weights never are
      throw new PickleException(
          "has a tensor of %,d values in a storage of %,d".formatted(elements(), storage.length()));
    }
    int width = storage.type().width();
    int first = Math.toIntExact((storage.from() + offset) * width);
    int length = Math.toIntExact(elements() * width);
    if (length == 0 || isContiguous()) {
      ByteBuffer part = length == 0 ? ByteBuffer.allocate(0) : bytes.slice(first, length);
      return new TensorData(storage.type().dtype(), shape, part);
    }
    ByteBuffer row = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long[] index = new long[shape.length];
    long at = storage.from() + offset;
    while (row.hasRemaining()) {
      row.put(row.position(), bytes, Math.toIntExact(at * width), width);
      row.position(row.position() + width);
      at = next(index, at);
    }
    return new TensorData(storage.type().dtype(), shape, row.flip());
  }

  /** Counts the index on by one, the last dimension first; returns its place. */
  private long next(long[] index, long at) {
    long place = at;
    for (int d = shape.length - 1; d >= 0; d--) {
      index[d]++;
      place += strides[d];
      if (index[d] < shape[d]) {
        return place;
      }
      place -= strides[d] * shape[d];
      index[d] = 0;
    }
    return place;
  }
}
