package io.retromae.pretrain.nccl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.collective.CollectiveConfig;
import io.retromae.pretrain.collective.CollectiveOptions;
import io.retromae.pretrain.collective.Parts;
import io.retromae.pretrain.collective.TcpCollective;
import io.retromae.pretrain.connect.KeyDerivation;
import io.retromae.pretrain.memory.DeviceVector;
import io.retromae.pretrain.memory.HostVector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The collective over a real ring and {@link HostGpus}. */
class NcclCollectiveTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private interface Body<T> {
    T run(NcclCollective collective) throws Exception;
  }

  private static CollectiveOptions options(Duration stall) {
    return new CollectiveOptions(LONG, stall, CollectiveOptions.WireType.FLOAT32, 1, false);
  }

  private <T> List<Future<T>> start(
      HostGpus gpus, int world, CollectiveOptions options, Body<T> body) throws Exception {
    List<TcpCollective.Listener> listeners = new ArrayList<>();
    List<InetSocketAddress> peers = new ArrayList<>();
    for (int rank = 0; rank < world; rank++) {
      var listener = TcpCollective.Listener.open(InetAddress.getLoopbackAddress());
      listeners.add(listener);
      peers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    }
    byte[] key = KeyDerivation.derive("secret".getBytes(), "job");
    List<Future<T>> ranks = new ArrayList<>();
    for (int rank = 0; rank < world; rank++) {
      int own = rank;
      CollectiveConfig config = new CollectiveConfig("job", 1, rank, peers, key, options);
      ranks.add(
          threads.submit(
              () -> {
                TcpCollective tcp = listeners.get(own).connect(config);
                GpuLibraries libraries = gpus.libraries(own);
                try (var nccl = NcclCollective.join(tcp, libraries, own, options)) {
                  return body.run(nccl);
                }
              }));
    }
    return ranks;
  }

  private static String failure(Future<?> rank) throws InterruptedException {
    try {
      return "no failure: " + rank.get();
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }

  private static List<String> failures(List<? extends Future<?>> ranks)
      throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (Future<?> rank : ranks) {
      failures.add(failure(rank));
    }
    return failures;
  }

  /** Value i of a rank: whole numbers, whose sums do not depend on the order. */
  private static float[] ramp(int rank, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (rank + 1) * 1_000 + i % 1_000;
    }
    return values;
  }

  private static float[] sum(int world, int size) {
    float[] sum = new float[size];
    for (int rank = 0; rank < world; rank++) {
      float[] values = ramp(rank, size);
      for (int i = 0; i < size; i++) {
        sum[i] += values[i];
      }
    }
    return sum;
  }

  private static float[] cut(float[] values, Parts.Part part) {
    return Arrays.copyOfRange(values, (int) part.from(), (int) part.to());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void vectorsAreSummedGatheredAndSpread(int world) throws Exception {
    HostGpus gpus = new HostGpus(world);
    int[] sizes = {0, 1, 64 * world, 1_000, 300_001}; // with even parts, uneven and empty ones

    List<Future<Boolean>> ranks =
        start(
            gpus,
            world,
            options(LONG),
            ring -> {
              for (int size : sizes) {
                float[] own = ramp(ring.rank(), size);
                DeviceVector summed = gpus.vector(ring.rank(), own);
                ring.allReduceSum(summed);
                assertArrayEquals(sum(world, size), HostGpus.values(summed));

                DeviceVector parts = gpus.vector(ring.rank(), own);
                ring.reduceScatterSum(parts);
                Parts.Part part = ring.part(size, ring.rank());
                assertArrayEquals(cut(sum(world, size), part), cut(HostGpus.values(parts), part));
                ring.allGather(parts);
                assertArrayEquals(sum(world, size), HostGpus.values(parts));

                DeviceVector spread = gpus.vector(ring.rank(), own);
                ring.broadcast(spread, world - 1);
                assertArrayEquals(ramp(world - 1, size), HostGpus.values(spread));
              }
              return true;
            });

    // One that leaves is the reason why others fail: all are named.
    assertEquals(Collections.nCopies(world, "no failure: true"), failures(ranks));
    assertEquals(world, gpus.log.stream().filter(line -> line.contains("destroy")).count());
    assertTrue(gpus.log.stream().noneMatch(line -> line.contains("abort")), gpus.log.toString());
  }

  @ParameterizedTest
  @CsvSource({"256, reduceScatter, allGather", "257, reduce, broadcast"})
  void onlyUnevenPartsAreSentOneByOne(int size, String reduce, String gather) throws Exception {
    HostGpus gpus = new HostGpus(2);

    for (Future<Integer> rank :
        start(
            gpus,
            2,
            options(LONG),
            ring -> {
              DeviceVector vector = gpus.vector(ring.rank(), new float[size]);
              ring.reduceScatterSum(vector);
              ring.allGather(vector);
              return 0;
            })) {
      rank.get();
    }

    assertTrue(gpus.log.contains("0 " + reduce), gpus.log.toString());
    assertTrue(gpus.log.contains("0 " + gather), gpus.log.toString());
  }

  @Test
  void vectorsOfHostsAndMessagesGoOverTheRing() throws Exception {
    HostGpus gpus = new HostGpus(2);

    for (Future<Float> rank :
        start(
            gpus,
            2,
            options(LONG),
            ring -> {
              HostVector values = HostVector.copyOf(new float[] {1 + ring.rank()});
              ring.allReduceSum(values);
              assertEquals(2, ring.allGather(new byte[] {7}).length);
              return values.whole().getFloat(0);
            })) {
      assertEquals(3f, rank.get());
    }

    assertTrue(gpus.log.stream().noneMatch(line -> line.contains("Reduce")));
  }

  @Test
  void ranksThatDoDifferentThingsAreToldSoAndDoNotHang() throws Exception {
    HostGpus gpus = new HostGpus(2);

    List<Future<Integer>> ranks =
        start(
            gpus,
            2,
            options(LONG),
            ring -> {
              ring.allReduceSum(gpus.vector(ring.rank(), new float[5 + ring.rank()]));
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      String failure = failure(rank);
      assertTrue(failure.contains("all-reduce 0 of 5 values"), failure);
      assertTrue(failure.contains("all-reduce 0 of 6 values"), failure);
    }
  }

  @Test
  void aGpuThatHangsEndsAllRanksWhenTheTimeIsUp() throws Exception {
    HostGpus gpus = new HostGpus(3);
    gpus.hung.add(1);

    List<Future<Integer>> ranks =
        start(
            gpus,
            3,
            options(SHORT),
            ring -> {
              ring.allReduceSum(gpus.vector(ring.rank(), new float[8]));
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      assertTrue(failure(rank).contains("in all-reduce: a GPU or NCCL's network"));
    }
    assertEquals(3, gpus.log.stream().filter(line -> line.contains("abort")).count());
  }

  @Test
  void theCauseOfOneRankEndsTheOthersWhereTheyWait() throws Exception {
    HostGpus gpus = new HostGpus(3);
    gpus.hung.add(0);
    CountDownLatch inside = new CountDownLatch(3);

    List<Future<Integer>> ranks =
        start(
            gpus,
            3,
            options(LONG),
            ring -> {
              if (ring.rank() == 2) {
                threads.submit(
                    () -> {
                      inside.await();
                      ring.abort("rank 2: the driver is gone");
                      return 0;
                    });
              }
              inside.countDown();
              ring.allReduceSum(gpus.vector(ring.rank(), new float[8]));
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      assertEquals("rank 2: the driver is gone", failure(rank));
    }
    assertEquals(3, gpus.log.stream().filter(line -> line.contains("abort")).count());
  }

  @Test
  void aCallThatDoesNotReturnIsEndedWithTheRing() throws Exception {
    HostGpus gpus = new HostGpus(2);
    gpus.hung.add(1);

    List<Future<Integer>> ranks =
        start(
            gpus,
            2,
            options(LONG),
            ring -> {
              if (ring.rank() == 0) {
                gpus.stuck.add(0);
                ring.allReduceSum(gpus.vector(0, new float[8]));
                return 0;
              }
              Future<Object> other =
                  threads.submit(
                      () -> {
                        while (!gpus.log.contains("0 allReduce")) {
                          Thread.onSpinWait();
                        }
                        ring.abort("rank 1: the driver is gone");
                        return 0;
                      });
              ring.allReduceSum(gpus.vector(1, new float[8]));
              other.get();
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      assertEquals("rank 1: the driver is gone", failure(rank));
    }
    assertTrue(gpus.log.contains("0 abort"), gpus.log.toString());
  }

  @Test
  void aCancelledTaskEndsItsOperationAndSaysSo() throws Exception {
    HostGpus gpus = new HostGpus(2);
    gpus.hung.add(0);
    List<Thread> tasks = new ArrayList<>();
    CountDownLatch inside = new CountDownLatch(2);

    List<Future<Boolean>> ranks =
        start(
            gpus,
            2,
            options(LONG),
            ring -> {
              ring.barrier();
              synchronized (tasks) {
                tasks.add(Thread.currentThread());
              }
              inside.countDown();
              try {
                ring.allReduceSum(gpus.vector(ring.rank(), new float[8]));
              } finally {
                Thread.interrupted(); // as Spark's thread ends with the task
              }
              return false;
            });
    inside.await();
    while (gpus.log.stream().filter(line -> line.contains("allReduce")).count() < 2) {
      Thread.onSpinWait();
    }
    tasks.get(0).interrupt();

    for (Future<Boolean> rank : ranks) {
      String failure = failure(rank);
      assertTrue(failure.contains("was interrupted in all-reduce"), failure);
    }
  }

  @Test
  void roundingOnTheWayIsRefused() throws Exception {
    HostGpus gpus = new HostGpus(2);
    CollectiveOptions rounding =
        new CollectiveOptions(LONG, LONG, CollectiveOptions.WireType.BFLOAT16, 1, false);

    for (Future<Integer> rank : start(gpus, 2, rounding, Collective::rank)) {
      String failure = failure(rank);
      assertTrue(failure.contains("BFLOAT16"), failure);
      assertTrue(failure.contains("cluster.collective: tcp"), failure);
    }
    assertFalse(gpus.log.stream().anyMatch(line -> line.contains("abort")));
  }
}
