package io.retromae.embed.probe;

import io.retromae.embed.encoder.TextEncoder;
import io.retromae.training.bert.LengthOrder;
import io.retromae.training.collective.Collective;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors of rows, computed by all ranks and gathered on each: batch i belongs to rank i mod W. A
 * vector depends to its last bits on what it is computed with, so the batches do not depend on W.
 * An encoder that pads cuts them further, into what its memory holds.
 */
final class SharedVectors {
  private static final int SPECIAL_TOKENS = 2;

  private final TextEncoder encoder;
  private final Collective ranks;
  private final Runnable goesOn;

  SharedVectors(TextEncoder encoder, Collective ranks, Runnable goesOn) {
    this.encoder = encoder;
    this.ranks = ranks;
    this.goesOn = goesOn;
  }

  /**
   * Every rank must call it.
   *
   * @param rows token ids without special tokens
   * @param tokens most of a batch, unless it is one row
   * @return [n][D], in the order of the rows
   */
  float[][] of(List<int[]> rows, int tokens) {
    int mostRows = Math.max(1, Collective.MAX_MESSAGE_BYTES / (Float.BYTES * encoder.width()));
    List<int[]> batches = batches(rows, tokens, mostRows);
    float[][] vectors = new float[rows.size()][];
    for (int first = 0; first < batches.size(); first += ranks.worldSize()) {
      goesOn.run();
      int own = first + ranks.rank();
      float[][] computed =
          own < batches.size()
              ? encoder.encodeIds(Arrays.stream(batches.get(own)).mapToObj(rows::get).toList())
              : new float[0][];
      byte[][] all = ranks.allGather(toBytes(computed));
      for (int rank = 0; rank < all.length && first + rank < batches.size(); rank++) {
        take(all[rank], batches.get(first + rank), vectors);
      }
    }
    return vectors;
  }

  /** Places of rows, longest rows first, so that hardly anything is padding. */
  static List<int[]> batches(List<int[]> rows, int tokens, int mostRows) {
    int[] lengths = rows.stream().mapToInt(row -> row.length + SPECIAL_TOKENS).toArray();
    return LengthOrder.batches(lengths, tokens, mostRows, false);
  }

  private byte[] toBytes(float[][] vectors) {
    ByteBuffer out = ByteBuffer.allocate(vectors.length * encoder.width() * Float.BYTES);
    for (float[] vector : vectors) {
      for (float value : vector) {
        out.putFloat(value);
      }
    }
    return out.array();
  }

  private void take(byte[] message, int[] places, float[][] vectors) {
    ByteBuffer in = ByteBuffer.wrap(message);
    for (int place : places) {
      float[] vector = new float[encoder.width()];
      in.asFloatBuffer().get(vector);
      in.position(in.position() + Float.BYTES * vector.length);
      vectors[place] = vector;
    }
  }
}
