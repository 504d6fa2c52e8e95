package io.retromae.core.vocab;

import java.util.Arrays;

/** A growing list of ids or offsets that is filled, read and filled again. One thread at a time. */
public final class IdBuffer {
  private int[] values = new int[1_024];
  private int size;

  /** An empty buffer. */
  public IdBuffer() {}

  /** Number of values. */
  public int size() {
    return size;
  }

  /** The value at an index in [0, size). */
  public int get(int index) {
    if (index >= size) {
      throw new IndexOutOfBoundsException("index " + index + " of " + size + " values");
    }
    return values[index];
  }

  /** Adds a value. */
  public void add(int value) {
    if (size == values.length) {
      reserve(1);
    }
    values[size++] = value;
  }

  /** Adds {@code count} values of an array, from an index on. */
  public void addAll(int[] source, int from, int count) {
    reserve(count);
    if (count <= 8) { // most words are a few pieces: cheaper than a call to copy
      for (int i = 0; i < count; i++) {
        values[size + i] = source[from + i];
      }
    } else {
      System.arraycopy(source, from, values, size, count);
    }
    size += count;
  }

  private void reserve(int count) {
    if (values.length - size < count) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, size + count));
    }
  }

  /** Forgets all values; keeps the memory. */
  public void clear() {
    size = 0;
  }

  /** A copy of the values in [from, to). */
  public int[] copyOf(int from, int to) {
    if (to > size) {
      throw new IndexOutOfBoundsException("[" + from + ", " + to + ") of " + size + " values");
    }
    return Arrays.copyOfRange(values, from, to);
  }

  /** A copy of all values. */
  public int[] toArray() {
    return copyOf(0, size);
  }
}
