package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import io.retromae.training.memory.HostVector;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpCollectiveFaultTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static HostVector values() {
    return HostVector.copyOf(new float[100_000]);
  }

  @Test
  void allRanksLearnTheFirstCauseOfAnAbort() throws Exception {
    try (RankThreads threads = new RankThreads(4, LONG)) {
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 2) {
                  collective.abort("rank 2: gradient is a fish");
                }
                collective.allReduceSum(values());
                return 0;
              });

      for (Future<Integer> rank : ranks) {
        assertEquals("rank 2: gradient is a fish", RankThreads.failure(rank));
      }
    }
  }

  @Test
  void aRankThatDiesIsNamedByTheOthersAtOnce() throws Exception {
    try (RankThreads threads = new RankThreads(3, LONG)) {
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 1) {
                  collective.dropConnections();
                  return 0;
                }
                collective.allReduceSum(values());
                return 0;
              });

      for (int rank : new int[] {0, 2}) {
        String failure = RankThreads.failure(ranks.get(rank));
        assertTrue(failure.contains("rank 1 ("), failure);
        assertTrue(failure.contains("is gone"), failure);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aRankThatLivesButDoesNotComeIsNamedByAll(int world) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    CollectiveOptions options =
        new CollectiveOptions(
            SHORT, Duration.ofMillis(1_500), CollectiveOptions.WireType.FLOAT32, 1, false);
    try (RankThreads threads = new RankThreads(world, SHORT)) {
      List<Future<Integer>> ranks =
          threads.start(
              RankThreads.talking(options),
              collective -> {
                collective.barrier();
                if (collective.rank() == 2) {
                  done.await();
                  collective.barrier();
                }
                collective.allReduceSum(values());
                return 0;
              });

      RankThreads.failure(ranks.get(0));
      done.countDown();
      for (Future<Integer> rank : ranks) { // two may find it out at the same time
        String failure = RankThreads.failure(rank);
        assertTrue(failure.contains("rank 2 (") && failure.contains("is stuck"), failure);
      }
    }
  }

  @Test
  void aRankThatComputesForLongerThanTheTimeoutLives() throws Exception {
    Duration timeout = Duration.ofMillis(400);
    try (RankThreads threads = new RankThreads(2, timeout)) {
      List<Integer> sums =
          RankThreads.all(
              threads.start(
                  RankThreads.talking(CollectiveOptions.plain(timeout)),
                  collective -> {
                    HostVector one = HostVector.copyOf(new float[] {1});
                    long until = System.nanoTime() + 3 * timeout.toNanos();
                    while (collective.rank() == 1 && System.nanoTime() < until) {
                      Thread.onSpinWait();
                    }
                    collective.allReduceSum(one);
                    return (int) one.whole().getFloat(0);
                  }));

      assertEquals(List.of(2, 2), sums);
    }
  }

  @Test
  void ranksThatDoDifferentThingsAreTold() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                if (collective.rank() == 0) {
                  collective.reduceScatterSum(values());
                } else {
                  collective.allReduceSum(values());
                }
                return 0;
              });

      for (Future<Integer> rank : ranks) {
        String failure = RankThreads.failure(rank);
        assertTrue(failure.contains("(reduce-scatter)"), failure);
        assertTrue(failure.contains("(all-reduce)"), failure);
      }
    }
  }

  @Test
  void vectorsOfDifferentSizesAreTold() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                collective.allReduceSum(
                    HostVector.copyOf(new float[1_000 + collective.rank() * 500]));
                return 0;
              });

      String failure = RankThreads.failure(ranks.get(0));
      assertTrue(failure.contains("bytes"), failure);
      assertTrue(failure.contains("between rank"), failure);
    }
  }

  @Test
  void aRankThatLeftIsNotTakenForLost() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 1) {
                  return 0;
                }
                collective.barrier();
                return 0;
              });

      String failure = RankThreads.failure(ranks.get(0));
      assertTrue(failure.contains("left while rank 0 waited"), failure);
    }
  }

  @Test
  void aRankThatIsInterruptedAsItLeavesIsNotTakenForLost() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 1) {
                  Thread.currentThread().interrupt();
                  return 0;
                }
                collective.barrier();
                return 0;
              });

      String failure = RankThreads.failure(ranks.get(0));
      assertTrue(failure.contains("left while rank 0 waited"), failure);
    }
  }

  @Test
  void aSendThatFailsInThisProcessEndsAllRanksWithItsReason() throws Exception {
    CollectiveOptions options =
        new CollectiveOptions(
            LONG, Duration.ofSeconds(3), CollectiveOptions.WireType.FLOAT32, 1, false);
    int size = 300_000;
    try (RankThreads threads = new RankThreads(2, LONG);
        Memory half = new Memory(size * 2L + 1_024)) {
      List<Future<Integer>> ranks =
          threads.start(
              RankThreads.talking(options),
              collective -> {
                boolean short0 = collective.rank() == 0; // what it sends does not exist
                collective.allReduceSum(
                    short0 ? HostVector.at(half, size, 4) : HostVector.allocate(size));
                return 0;
              });

      assertTrue(RankThreads.failure(ranks.get(0)).contains("exceeds available space"));
      String failure = RankThreads.failure(ranks.get(1));
      assertTrue(failure.startsWith("rank 0, operation 1"), failure);
      assertTrue(failure.contains("IndexOutOfBounds"), failure);
    }
  }

  @Test
  void anInterruptedRankTellsTheOthers() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      CountDownLatch waits = new CountDownLatch(1);
      Thread[] waiting = new Thread[1];
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 0) {
                  waiting[0] = Thread.currentThread();
                  waits.countDown();
                  collective.allReduceSum(values());
                } else {
                  waits.await();
                  waiting[0].interrupt();
                  collective.allReduceSum(values());
                  collective.barrier();
                }
                return 0;
              });

      String failure = RankThreads.failure(ranks.get(0));
      assertEquals(failure, RankThreads.failure(ranks.get(1)));
      assertTrue(failure.contains("rank 0 was interrupted in operation"), failure);
    }
  }

  @Test
  void anAbortFromAnotherThreadEndsAWaitingRank() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      CountDownLatch connected = new CountDownLatch(2);
      List<Collective> open = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Future<Integer>> ranks =
          threads.start(
              collective -> {
                open.add(collective);
                connected.countDown();
                if (collective.rank() == 0) {
                  collective.allReduceSum(values());
                } else {
                  connected.await();
                  open.stream().filter(c -> c.rank() == 0).forEach(c -> c.abort("task killed"));
                }
                return 0;
              });

      assertEquals("task killed", RankThreads.failure(ranks.get(0)));
    }
  }

  @Test
  void aRankWithAnotherSecretIsNotLetIn() throws Exception {
    try (RankThreads threads = new RankThreads(2, SHORT)) {
      List<Future<Integer>> ranks =
          threads.start(
              config ->
                  config.rank() == 0
                      ? config
                      : new CollectiveConfig(
                          "job", 1, 1, config.peers(), new byte[32], config.options()),
              collective -> 0);

      assertTrue(RankThreads.failure(ranks.get(0)).contains("waited 2 s for rank 1"));
      assertTrue(RankThreads.failure(ranks.get(1)).contains("cannot join rank 0"));
    }
  }

  @Test
  void aRankOfAnOlderAttemptIsNotLetIn() throws Exception {
    try (RankThreads threads = new RankThreads(2, SHORT)) {
      List<Future<Integer>> ranks =
          threads.start(
              config ->
                  config.rank() == 0
                      ? config
                      : new CollectiveConfig(
                          "job", 0, 1, config.peers(), RankThreads.KEY, config.options()),
              collective -> 0);

      assertTrue(RankThreads.failure(ranks.get(0)).contains("waited 2 s for rank 1"));
    }
  }

  @Test
  void strangersDoNotKeepRanksFromJoining() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try (RankThreads threads = new RankThreads(3, LONG)) {
      for (InetSocketAddress address : threads.addresses) {
        for (int i = 0; i < 12; i++) {
          Socket silent = new Socket(address.getAddress(), address.getPort());
          strangers.add(silent);
          if (i % 2 == 0) {
            silent.getOutputStream().write(new byte[4_096]);
          }
        }
      }

      List<Integer> sums =
          RankThreads.all(
              threads.start(
                  collective -> {
                    HostVector one = HostVector.copyOf(new float[] {1});
                    collective.allReduceSum(one);
                    return (int) one.whole().getFloat(0);
                  }));

      assertEquals(List.of(3, 3, 3), sums);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }
}
