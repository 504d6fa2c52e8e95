package io.retromae.training.collective;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * float32 to bfloat16 and back: rounded to the nearest, ties to even, too large to infinity; NaN
 * stays NaN. On the wire the values of a block are paired (i, i + half) in one int32, lower and
 * upper 16 bits, so that all loops are over ints, at one index in all arrays, and become vector
 * code. Not for several threads.
 */
final class BFloat16 {
  /** Values of a block on the wire. */
  static final int BLOCK = 1 << 12;

  private final int[] low = new int[BLOCK / 2];
  private final int[] high = new int[BLOCK / 2];
  private final int[] pairs = new int[BLOCK / 2];

  /** Bytes on the wire of {@code count} values. */
  static long wireBytes(long count) {
    return count / BLOCK * BLOCK * 2 + (count % BLOCK + 1) / 2 * Integer.BYTES;
  }

  /** The bfloat16 nearest to a float32, both as bits; the upper half of the result is zero. */
  static int round(int bits) {
    int above = 0x7f800000 - (bits & 0x7fffffff) >> 31; // all ones for NaN
    int rounded = bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
    int quiet = bits >>> 16 | 0x40; // a NaN's upper bits may all be zero, an infinity's look
    return rounded & ~above | quiet & above;
  }

  /** Writes what remains in {@code floats} to the start of {@code wire}; its limit is the end. */
  void encode(ByteBuffer floats, ByteBuffer wire) {
    IntBuffer from = floats.asIntBuffer();
    IntBuffer to = wire.clear().asIntBuffer();
    while (from.hasRemaining()) {
      int n = Math.min(BLOCK, from.remaining());
      int half = (n + 1) / 2;
      from.get(low, 0, half);
      from.get(high, 0, n - half);
      for (int i = 0; i < half; i++) {
        pairs[i] = round(low[i]);
      }
      for (int i = 0; i < n - half; i++) {
        pairs[i] |= round(high[i]) << 16;
      }
      to.put(pairs, 0, half);
    }
    wire.limit(to.position() * Integer.BYTES);
  }

  /** Fills what remains in {@code floats} from {@code wire}; no position moves. */
  void decode(ByteBuffer wire, ByteBuffer floats) {
    IntBuffer from = wire.asIntBuffer();
    IntBuffer to = floats.asIntBuffer();
    while (to.hasRemaining()) {
      int n = Math.min(BLOCK, to.remaining());
      int half = (n + 1) / 2;
      from.get(pairs, 0, half);
      for (int i = 0; i < half; i++) {
        low[i] = pairs[i] << 16;
      }
      for (int i = 0; i < half; i++) {
        high[i] = pairs[i] & 0xffff0000;
      }
      to.put(low, 0, half).put(high, 0, n - half);
    }
  }

  /** Replaces values by what a receiver would see of them. */
  static void round(Span span) {
    int[] values = new int[1 << 16];
    for (long done = 0; done < span.count(); done += values.length) {
      int n = (int) Math.min(values.length, span.count() - done);
      IntBuffer buffer = span.slice(done, n).asIntBuffer();
      buffer.get(0, values, 0, n);
      for (int i = 0; i < n; i++) {
        values[i] = round(values[i]) << 16;
      }
      buffer.put(0, values, 0, n);
    }
  }
}
