package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retromae.training.memory.HostVector;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All operations in any order, with ranks that come late, against plain loops. */
class RandomOperationsTest {
  private static final int OPERATIONS = 170;
  private static final int LARGEST = 12_000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8})
  void orderAndPausesChangeNothing(long seed) throws Exception {
    CollectiveOptions options =
        new CollectiveOptions(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            CollectiveOptions.WireType.FLOAT32,
            1 + (int) seed % 3,
            false);
    try (RankThreads threads = new RankThreads((int) seed, options.timeout())) {
      RankThreads.all(
          threads.start(
              RankThreads.talking(options),
              collective -> {
                Random plan = new Random(seed);
                Random pauses = new Random(seed * 31 + collective.rank());
                for (int i = 0; i < OPERATIONS; i++) {
                  if (pauses.nextInt(10) == 0) {
                    LockSupport.parkNanos(pauses.nextInt(3_000_000));
                  }
                  step(collective, plan, i);
                }
                return 0;
              }));
    }
  }

  private static void step(Collective collective, Random plan, int number) {
    int size = plan.nextInt(LARGEST);
    int root = plan.nextInt(collective.worldSize());
    int world = collective.worldSize();
    HostVector values = HostVector.copyOf(TreeSums.vector(number, collective.rank(), size));
    switch (plan.nextInt(6)) {
      case 0 -> {
        collective.allReduceSum(values);
        assertArrayEquals(TreeSums.sum(number, world, size), RankThreads.floats(values));
      }
      case 1 -> {
        collective.reduceScatterSum(values);
        Parts.Part own = collective.part(size, collective.rank());
        assertArrayEquals(
            Arrays.copyOfRange(TreeSums.sum(number, world, size), (int) own.from(), (int) own.to()),
            Arrays.copyOfRange(RankThreads.floats(values), (int) own.from(), (int) own.to()));
      }
      case 2 -> {
        collective.allGather(values);
        assertArrayEquals(gathered(collective, number, size), RankThreads.floats(values));
      }
      case 3 -> {
        collective.broadcast(values, root);
        assertArrayEquals(TreeSums.vector(number, root, size), RankThreads.floats(values));
      }
      case 4 -> {
        byte[][] all = collective.allGather(message(number, collective.rank(), size));
        for (int rank = 0; rank < world; rank++) {
          assertArrayEquals(message(number, rank, size), all[rank]);
        }
      }
      default -> collective.barrier();
    }
  }

  private static float[] gathered(Collective collective, int number, int size) {
    float[] all = new float[size];
    for (int rank = 0; rank < collective.worldSize(); rank++) {
      Parts.Part part = collective.part(size, rank);
      int from = (int) part.from();
      System.arraycopy(TreeSums.vector(number, rank, size), from, all, from, (int) part.size());
    }
    return all;
  }

  /** Lengths differ from rank to rank, and some do not fit into a socket's buffer. */
  private static byte[] message(int number, int rank, int size) {
    byte[] bytes = new byte[40 * size / (rank + 1)];
    Arrays.fill(bytes, (byte) (number + rank));
    return bytes;
  }
}
