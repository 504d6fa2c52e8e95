package io.retromae.training.loop;

import java.nio.ByteBuffer;

/** Counts of what a loss's terms are averaged over, and the factors that follow from them. */
final class TermScale {
  private TermScale() {}

  /** Factors that make means over {@code part} a part of the means over {@code whole}: n / N. */
  static double[] share(long[] part, long[] whole) {
    double[] scale = new double[part.length];
    for (int term = 0; term < scale.length; term++) {
      // a term without any token is 0
      scale[term] = whole[term] == 0 ? 0 : (double) part[term] / whole[term];
    }
    return scale;
  }

  static void add(long[] sum, long[] more) {
    for (int term = 0; term < sum.length; term++) {
      sum[term] += more[term];
    }
  }

  static byte[] toBytes(long[] counts) {
    ByteBuffer out = ByteBuffer.allocate(counts.length * Long.BYTES);
    out.asLongBuffer().put(counts);
    return out.array();
  }

  static long[] fromBytes(byte[] bytes) {
    long[] counts = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(counts);
    return counts;
  }
}
