package io.retromae.pretrain.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.pretrain.memory.HostVector;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpCollectiveTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Values whose sum depends on the order of addition. */
  private static float[] vector(long seed, int rank, int size) {
    Random random = new Random(seed * 1_000 + rank);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(7)));
    }
    return values;
  }

  /** Sum over ranks [from, to): halves cut at the largest power of two below the length. */
  private static float[] treeSum(long seed, int from, int to, int size) {
    if (to - from == 1) {
      return vector(seed, from, size);
    }
    int half = Integer.highestOneBit(to - from - 1);
    float[] left = treeSum(seed, from, from + half, size);
    float[] right = treeSum(seed, from + half, to, size);
    for (int i = 0; i < size; i++) {
      left[i] += right[i];
    }
    return left;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9})
  void sumsHaveTheBitsOfTheFixedTree(int world) throws Exception {
    int[] sizes = {0, 1, world - 1, world, 2 * world + 1, 1_000, 300_001};
    try (Ring ring = new Ring(world, TIMEOUT)) {
      List<float[][]> results =
          Ring.all(
              ring.start(
                  collective -> {
                    float[][] sums = new float[sizes.length][];
                    for (int i = 0; i < sizes.length; i++) {
                      HostVector values = Ring.direct(vector(i, collective.rank(), sizes[i]));
                      collective.allReduceSum(values);
                      sums[i] = Ring.floats(values);
                    }
                    return sums;
                  }));

      for (int i = 0; i < sizes.length; i++) {
        float[] want = treeSum(i, 0, world, sizes[i]);
        for (float[][] got : results) {
          assertArrayEquals(want, got[i], "size " + sizes[i]);
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void randomOperationsAndPausesChangeNothing(long seed) throws Exception {
    int world = 3 + (int) (seed % 2);
    int operations = 150;
    try (Ring ring = new Ring(world, TIMEOUT)) {
      Ring.all(
          ring.start(
              collective -> {
                Random plan = new Random(seed);
                Random pauses = new Random(seed * 31 + collective.rank());
                for (int i = 0; i < operations; i++) {
                  if (pauses.nextInt(10) == 0) {
                    java.util.concurrent.locks.LockSupport.parkNanos(pauses.nextInt(3_000_000));
                  }
                  step(collective, plan, i);
                }
                return 0;
              }));
    }
  }

  private static void step(Collective collective, Random plan, int number) {
    int size = plan.nextInt(5_000);
    if (plan.nextBoolean()) {
      HostVector values = Ring.direct(vector(number, collective.rank(), size));
      collective.allReduceSum(values);
      float[] want = treeSum(number, 0, collective.worldSize(), size);
      assertArrayEquals(want, Ring.floats(values));
      return;
    }
    byte[][] all = collective.allGather(message(number, collective.rank(), size));
    for (int rank = 0; rank < all.length; rank++) {
      assertArrayEquals(message(number, rank, size), all[rank]);
    }
  }

  /** Lengths differ from rank to rank. */
  private static byte[] message(int number, int rank, int size) {
    byte[] bytes = new byte[size / (rank + 1)];
    Arrays.fill(bytes, (byte) (number + rank));
    return bytes;
  }

  @Test
  void aWorldOfOneGivesBackWhatItGot() {
    try (Collective alone = new LocalCollective()) {
      HostVector values = Ring.direct(new float[] {1, 2});
      alone.allReduceSum(values);

      assertArrayEquals(new float[] {1, 2}, Ring.floats(values));
      assertArrayEquals(new byte[] {7}, alone.allGather(new byte[] {7})[0]);
    }
  }

  @Test
  void openingAndClosingLeavesNoThread() throws Exception {
    for (int i = 0; i < 40; i++) {
      try (Ring ring = new Ring(2, TIMEOUT)) {
        Ring.all(
            ring.start(
                collective -> {
                  collective.barrier();
                  return 0;
                }));
      }
    }
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (ringThreads() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(0, ringThreads());
  }

  private static long ringThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("retromae-ring"))
        .count();
  }
}
