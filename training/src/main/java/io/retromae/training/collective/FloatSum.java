package io.retromae.training.collective;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Adds float32 buffers by way of arrays, in a loop that the compiler turns into vector code. */
final class FloatSum {
  /** Values that are in the first-level cache twice. */
  private static final int BLOCK = 1 << 12;

  private final float[] left = new float[BLOCK];
  private final float[] right = new float[BLOCK];

  /** target[i] = target[i] + other[i], for all that remains in both; no position moves. */
  void add(ByteBuffer target, ByteBuffer other) {
    FloatBuffer into = target.asFloatBuffer();
    FloatBuffer from = other.asFloatBuffer();
    int count = into.remaining();
    for (int done = 0; done < count; done += BLOCK) {
      int n = Math.min(BLOCK, count - done);
      into.get(done, left, 0, n);
      from.get(done, right, 0, n);
      for (int i = 0; i < n; i++) {
        left[i] += right[i];
      }
      into.put(done, left, 0, n);
    }
  }
}
