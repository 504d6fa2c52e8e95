package io.retromae.pretrain.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Adds float32 buffers by way of arrays, in a loop that the compiler turns into vector code. */
final class FloatSum {
  private static final int BLOCK = 1 << 14;

  private final float[] left = new float[BLOCK];
  private final float[] right = new float[BLOCK];

  /**
   * target[i] = target[i] + other[i], for all of {@code other}, from {@code target}'s byte offset.
   */
  void addInto(ByteBuffer target, int offset, ByteBuffer other) {
    FloatBuffer from = other.asFloatBuffer();
    FloatBuffer into =
        target.slice(offset, other.remaining()).order(target.order()).asFloatBuffer();
    while (from.hasRemaining()) {
      int n = Math.min(BLOCK, from.remaining());
      int position = into.position();
      into.get(left, 0, n);
      from.get(right, 0, n);
      for (int i = 0; i < n; i++) {
        left[i] += right[i];
      }
      into.put(position, left, 0, n);
    }
  }
}
