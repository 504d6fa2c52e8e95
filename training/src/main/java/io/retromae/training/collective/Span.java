package io.retromae.training.collective;

import io.retromae.training.memory.HostVector;
import java.nio.ByteBuffer;

/**
 * Some float32 values of a vector, more of them than a buffer can reach if need be.
 *
 * @param vector that holds them
 * @param from first value
 * @param count number of values
 */
record Span(HostVector vector, long from, long count) {
  static Span of(HostVector vector, Parts.Part part) {
    return new Span(vector, part.from(), part.size());
  }

  static Span whole(HostVector vector) {
    return new Span(vector, 0, vector.size());
  }

  /** The {@code index}-th of {@code count} stripes of equal size, but for the last. */
  Span stripe(int index, int stripes) {
    long low = count * index / stripes;
    return new Span(vector, from + low, count * (index + 1) / stripes - low);
  }

  /** At most {@code most} values from {@code offset} on; empty behind the end. */
  Span bucket(long offset, long most) {
    long start = Math.min(offset, count);
    return new Span(vector, from + start, Math.min(most, count - start));
  }

  /** A view of {@code values} of them, the first being {@code offset}. */
  ByteBuffer slice(long offset, int values) {
    return vector.slice(from + offset, values);
  }
}
