package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.collective.CollectiveOptions.WireType;
import io.retromae.training.memory.HostVector;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpCollectiveTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Several pieces and buckets of every rank's part, and rests. */
  private static final int LARGE = 1_700_003;

  private static CollectiveOptions options(WireType wire, int streams) {
    return new CollectiveOptions(TIMEOUT, TIMEOUT, wire, streams, false);
  }

  private static float[] allReduced(Collective collective, long seed, int size) {
    HostVector values = HostVector.copyOf(TreeSums.vector(seed, collective.rank(), size));
    collective.allReduceSum(values);
    return RankThreads.floats(values);
  }

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void sumsHaveTheBitsOfTheFixedTree(int world) throws Exception {
    int[] sizes = {0, 1, world - 1, world, 2 * world + 1, 64 * world + 1, 1_000, 300_001};
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      List<float[][]> results =
          RankThreads.all(
              threads.start(
                  collective -> {
                    float[][] sums = new float[sizes.length][];
                    for (int i = 0; i < sizes.length; i++) {
                      sums[i] = allReduced(collective, i, sizes[i]);
                    }
                    return sums;
                  }));

      for (int i = 0; i < sizes.length; i++) {
        float[] want = TreeSums.sum(i, world, sizes[i]);
        for (float[][] got : results) {
          assertArrayEquals(want, got[i], "size " + sizes[i]);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} ranks, {1} streams")
  @CsvSource({"2, 1", "2, 2", "2, 3", "2, 4", "3, 1", "3, 3", "4, 2"})
  void streamsAndBucketsChangeNoBit(int world, int streams) throws Exception {
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      List<float[]> results =
          RankThreads.all(
              threads.start(
                  RankThreads.talking(options(WireType.FLOAT32, streams)),
                  collective -> allReduced(collective, 5, LARGE)));

      float[] want = TreeSums.sum(5, world, LARGE);
      results.forEach(got -> assertTrue(Arrays.equals(want, got)));
    }
  }

  @ParameterizedTest(name = "{0} ranks, {1}")
  @CsvSource({"2, FLOAT32", "3, FLOAT32", "4, FLOAT32", "8, FLOAT32", "3, BFLOAT16", "4, BFLOAT16"})
  void aSumInTwoHalvesHasTheBitsOfOneInOneGo(int world, WireType wire) throws Exception {
    int size = 200_001;
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      RankThreads.all(
          threads.start(
              RankThreads.talking(options(wire, 2)),
              collective -> {
                float[] want = allReduced(collective, 7, size);
                HostVector values = HostVector.copyOf(TreeSums.vector(7, collective.rank(), size));
                collective.reduceScatterSum(values);
                float[] own = ownPart(collective, values);
                collective.allGather(values);

                assertArrayEquals(want, RankThreads.floats(values));
                assertArrayEquals(ownPart(collective, values), own);
                return 0;
              }));
    }
  }

  private static float[] ownPart(Collective collective, HostVector values) {
    Parts.Part part = collective.part(values.size(), collective.rank());
    return Arrays.copyOfRange(RankThreads.floats(values), (int) part.from(), (int) part.to());
  }

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {2, 5, 8})
  void messagesOfTheLargestSizeReachAll(int world) throws Exception {
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      RankThreads.all(
          threads.start(
              collective -> {
                int size = Collective.MAX_MESSAGE_BYTES - collective.rank();
                byte[] own = new byte[size];
                Arrays.fill(own, (byte) (1 + collective.rank()));
                byte[][] all = collective.allGather(own);
                for (int rank = 0; rank < world; rank++) {
                  assertEquals(Collective.MAX_MESSAGE_BYTES - rank, all[rank].length);
                  assertEquals(1 + rank, all[rank][size - world]);
                }
                return 0;
              }));
    }
  }

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {2, 3, 4, 5, 8})
  void partsAreRunsOfWholeBlocksThatCoverTheVector(int world) throws Exception {
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      RankThreads.all(
          threads.start(
              collective -> {
                for (long size : new long[] {0, 1, 64, 1_000, 300_001, 5_000_000_000L}) {
                  assertCovers(collective, size);
                }
                return 0;
              }));
    }
  }

  private static void assertCovers(Collective collective, long size) {
    long block = Parts.blockSize(size);
    long sum = 0;
    LongSummaryStatistics blocks = new LongSummaryStatistics();
    for (int rank = 0; rank < collective.worldSize(); rank++) {
      Parts.Part part = collective.part(size, rank);
      sum += part.size();
      blocks.accept((part.size() + block - 1) / block);
      assertTrue(part.from() % block == 0 || part.from() == size);
      for (int other = 0; other < rank; other++) {
        Parts.Part earlier = collective.part(size, other);
        assertTrue(part.from() >= earlier.to() || part.to() <= earlier.from());
      }
    }
    assertEquals(size, sum);
    assertTrue(blocks.getMax() - blocks.getMin() <= 1, blocks.toString());
  }

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {2, 3, 4, 7})
  void halvedBytesLeaveAllRanksWithEqualSumsNearTheExactOnes(int world) throws Exception {
    int size = 300_001;
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      List<float[]> results =
          RankThreads.all(
              threads.start(
                  RankThreads.talking(options(WireType.BFLOAT16, 1)),
                  collective -> allReduced(collective, 3, size)));

      double[] magnitude = new double[size];
      double[] exact = new double[size];
      for (int rank = 0; rank < world; rank++) {
        float[] values = TreeSums.vector(3, rank, size);
        for (int i = 0; i < size; i++) {
          exact[i] += values[i];
          magnitude[i] += Math.abs(values[i]);
        }
      }
      float[] first = results.get(0);
      results.forEach(other -> assertTrue(Arrays.equals(first, other)));
      int roundings = 2 + Integer.SIZE - Integer.numberOfLeadingZeros(world);
      for (int i = 0; i < size; i++) {
        assertEquals(exact[i], first[i], roundings * magnitude[i] / 256);
      }
    }
  }

  @ParameterizedTest(name = "{0} ranks")
  @ValueSource(ints = {2, 3, 4})
  void parametersAreNeverRounded(int world) throws Exception {
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      float[] want = TreeSums.vector(11, 0, LARGE);
      RankThreads.all(
          threads.start(
              RankThreads.talking(options(WireType.BFLOAT16, 2)),
              collective -> {
                HostVector values = HostVector.copyOf(want);
                forgetOthersParts(collective, values);
                collective.allGather(values);
                assertTrue(Arrays.equals(want, RankThreads.floats(values)));

                HostVector copy =
                    HostVector.copyOf(collective.rank() == 1 ? want : new float[LARGE]);
                collective.broadcast(copy, 1);
                assertTrue(Arrays.equals(want, RankThreads.floats(copy)));
                return 0;
              }));
    }
  }

  private static void forgetOthersParts(Collective collective, HostVector values) {
    float[] kept = ownPart(collective, values);
    values.whole().asFloatBuffer().put(new float[(int) values.size()]);
    Parts.Part part = collective.part(values.size(), collective.rank());
    values.slice(part.from(), part.size()).asFloatBuffer().put(kept);
  }

  @Test
  void timeSpentWaitingIsPartOfTheTimeSpent() throws Exception {
    try (RankThreads threads = new RankThreads(3, TIMEOUT)) {
      List<Collective.Times> times =
          RankThreads.all(
              threads.start(
                  collective -> {
                    allReduced(collective, 1, 100_000);
                    Collective.Times before = collective.times();
                    collective.barrier();
                    return collective.times().since(before);
                  }));

      for (Collective.Times spent : times) {
        assertTrue(spent.totalMs() > 0);
        assertTrue(spent.idleMs() > 0 && spent.idleMs() <= spent.totalMs());
      }
    }
  }

  @Test
  void aWorldOfOneKeepsTheFirstCauseOfItsEnd() {
    try (Collective alone = new LocalCollective()) {
      alone.abort("no memory");
      alone.abort("task killed");

      ClusterException e = assertThrows(ClusterException.class, alone::barrier);
      assertEquals("no memory", e.getMessage());
    }
  }

  @Test
  void aWorldOfOneGivesBackWhatItGot() {
    try (Collective alone = new LocalCollective()) {
      HostVector values = HostVector.copyOf(new float[] {1, 2});
      alone.allReduceSum(values);

      assertArrayEquals(new float[] {1, 2}, RankThreads.floats(values));
      assertArrayEquals(new byte[] {7}, alone.allGather(new byte[] {7})[0]);
    }
  }
}
