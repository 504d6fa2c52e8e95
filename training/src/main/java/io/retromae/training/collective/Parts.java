package io.retromae.training.collective;

/**
 * How a vector is cut among ranks: into blocks whose size depends on the vector's only, and those
 * are dealt out in runs. So what is computed block by block, as a norm, has the same bits for every
 * number of ranks.
 */
public final class Parts {
  /** Blocks of a vector, at most: as many as 512 ranks can share with little unevenness. */
  private static final int MAX_BLOCKS = 4_096;

  /** Elements; 256 bytes of float32, so that vector code has no rest at a boundary. */
  private static final int ALIGNMENT = 64;

  private Parts() {}

  /**
   * A run of values.
   *
   * @param from first value
   * @param to behind the last value
   */
  public record Part(long from, long to) {
    /** Number of values. */
    public long size() {
      return to - from;
    }
  }

  /** Values of a block; the last block of a vector may have fewer. */
  public static long blockSize(long size) {
    long least = (size + MAX_BLOCKS - 1) / MAX_BLOCKS;
    return Math.max(1, (least + ALIGNMENT - 1) / ALIGNMENT) * ALIGNMENT;
  }

  /**
   * The {@code index}-th of {@code count} runs of blocks of a vector; runs differ by one block at
   * most and may be empty.
   */
  public static Part of(long size, int index, int count) {
    return new Part(bound(size, index, count), bound(size, index + 1, count));
  }

  private static long bound(long size, int index, int count) {
    long block = blockSize(size);
    long blocks = (size + block - 1) / block;
    return Math.min(size, blocks * index / count * block);
  }
}
