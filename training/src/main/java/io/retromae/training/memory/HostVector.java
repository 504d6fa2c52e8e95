package io.retromae.training.memory;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Values in native memory of the host, as many as memory holds. A buffer of Java reaches at most
 * 2^31 - 1 bytes, so they are seen through {@link #slice slices}.
 */
public final class HostVector implements VectorMemory {
  private final Pointer start;
  private final long size;
  private final int width;

  private HostVector(Pointer start, long size, int width) {
    this.start = start;
    this.size = size;
    this.width = width;
  }

  /**
   * A view of memory that somebody else owns and keeps open.
   *
   * @param start of the first value
   * @param size number of values
   * @param width bytes of a value: 4, or 8 for float64
   */
  public static HostVector at(Pointer start, long size, int width) {
    return new HostVector(start, size, width);
  }

  /**
   * {@code size} float32 zeros; freed when nobody can reach it or a slice of it any more. From the
   * C library: the JVM would count it against its heap's limit.
   */
  public static HostVector allocate(long size) {
    Memory memory = new Memory(Math.max(1, size) * Float.BYTES);
    memory.clear();
    return new HostVector(memory, size, Float.BYTES);
  }

  /** float32 values of an array, copied. */
  public static HostVector copyOf(float[] values) {
    HostVector copy = allocate(values.length);
    copy.slice(0, values.length).asFloatBuffer().put(values);
    return copy;
  }

  @Override
  public long size() {
    return size;
  }

  /** Bytes of a value. */
  public int width() {
    return width;
  }

  /**
   * A view of some values.
   *
   * @param from first value
   * @param count number of values, at most 2^31 - 1 bytes
   * @return direct, native byte order, position 0 to the last byte
   */
  public ByteBuffer slice(long from, long count) {
    java.util.Objects.checkFromIndexSize(from, count, size);
    int bytes = Math.toIntExact(count * width);
    if (bytes == 0) {
      return ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
    }
    return start.getByteBuffer(from * width, bytes).order(ByteOrder.nativeOrder());
  }

  /** A view of all values, which must take less than 2^31 bytes. */
  public ByteBuffer whole() {
    return slice(0, size);
  }

  /** A view of some values as a vector of its own; it keeps allocated memory from being freed. */
  public HostVector part(long from, long count) {
    java.util.Objects.checkFromIndexSize(from, count, size);
    return count == 0
        ? new HostVector(start, 0, width)
        : new HostVector(start.share(from * width, count * width), count, width);
  }

  /** The same memory as words of 4 bytes, for what moves values and does not compute with them. */
  public HostVector words() {
    return new HostVector(start, size * (width / Float.BYTES), Float.BYTES);
  }

  /** Copies all values to a vector of the same size and width. */
  public void copyTo(HostVector target) {
    if (target.size != size || target.width != width) {
      throw new IllegalArgumentException(
          "%d values of %d bytes do not fit into %d of %d"
              .formatted(size, width, target.size, target.width));
    }
    long step = (1 << 30) / width;
    for (long from = 0; from < size; from += step) {
      long count = Math.min(step, size - from);
      target.slice(from, count).put(slice(from, count));
    }
  }
}
