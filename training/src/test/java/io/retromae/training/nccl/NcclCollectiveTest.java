package io.retromae.training.nccl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.collective.Collective;
import io.retromae.training.collective.CollectiveOptions;
import io.retromae.training.collective.Parts;
import io.retromae.training.collective.RankThreads;
import io.retromae.training.memory.DeviceVector;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The collective over a real collective by TCP and {@link HostGpus}. */
class NcclCollectiveTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final List<RankThreads> started = new ArrayList<>();
  private final ExecutorService drivers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() throws IOException {
    for (RankThreads threads : started) {
      threads.close();
    }
    drivers.shutdownNow();
  }

  private static CollectiveOptions options(Duration stall) {
    return new CollectiveOptions(LONG, stall, CollectiveOptions.WireType.FLOAT32, 1, false);
  }

  private <T> List<Future<T>> start(
      HostGpus gpus, int world, CollectiveOptions options, RankThreads.Body<NcclCollective, T> body)
      throws IOException {
    RankThreads threads = new RankThreads(world, LONG);
    started.add(threads);
    return threads.start(
        RankThreads.talking(options),
        tcp -> {
          int rank = tcp.rank();
          try (var nccl = NcclCollective.join(tcp, gpus.libraries(rank), rank, options)) {
            return body.run(nccl);
          }
        });
  }

  private static List<String> failures(List<? extends Future<?>> ranks)
      throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (Future<?> rank : ranks) {
      failures.add(RankThreads.failure(rank));
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
            nccl -> {
              for (int size : sizes) {
                float[] own = ramp(nccl.rank(), size);
                DeviceVector summed = gpus.vector(nccl.rank(), own);
                nccl.allReduceSum(summed);
                assertArrayEquals(sum(world, size), HostGpus.values(summed));

                DeviceVector parts = gpus.vector(nccl.rank(), own);
                nccl.reduceScatterSum(parts);
                Parts.Part part = nccl.part(size, nccl.rank());
                assertArrayEquals(cut(sum(world, size), part), cut(HostGpus.values(parts), part));
                nccl.allGather(parts);
                assertArrayEquals(sum(world, size), HostGpus.values(parts));

                DeviceVector spread = gpus.vector(nccl.rank(), own);
                nccl.broadcast(spread, world - 1);
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
            nccl -> {
              DeviceVector vector = gpus.vector(nccl.rank(), new float[size]);
              nccl.reduceScatterSum(vector);
              nccl.allGather(vector);
              return 0;
            })) {
      rank.get();
    }

    assertTrue(gpus.log.contains("0 " + reduce), gpus.log.toString());
    assertTrue(gpus.log.contains("0 " + gather), gpus.log.toString());
  }

  @Test
  void vectorsOfHostsAndMessagesGoByTcp() throws Exception {
    HostGpus gpus = new HostGpus(2);

    for (Future<Float> rank :
        start(
            gpus,
            2,
            options(LONG),
            nccl -> {
              HostVector values = HostVector.copyOf(new float[] {1 + nccl.rank()});
              nccl.allReduceSum(values);
              assertEquals(2, nccl.allGather(new byte[] {7}).length);
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
            nccl -> {
              nccl.allReduceSum(gpus.vector(nccl.rank(), new float[5 + nccl.rank()]));
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      String failure = RankThreads.failure(rank);
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
            nccl -> {
              nccl.allReduceSum(gpus.vector(nccl.rank(), new float[8]));
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      assertTrue(RankThreads.failure(rank).contains("in all-reduce: a GPU or NCCL's network"));
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
            nccl -> {
              if (nccl.rank() == 2) {
                drivers.submit(
                    () -> {
                      inside.await();
                      nccl.abort("rank 2: the driver is gone");
                      return 0;
                    });
              }
              inside.countDown();
              nccl.allReduceSum(gpus.vector(nccl.rank(), new float[8]));
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      assertEquals("rank 2: the driver is gone", RankThreads.failure(rank));
    }
    assertEquals(3, gpus.log.stream().filter(line -> line.contains("abort")).count());
  }

  @Test
  void aCallThatDoesNotReturnEndsWithTheCollective() throws Exception {
    HostGpus gpus = new HostGpus(2);
    gpus.hung.add(1);

    List<Future<Integer>> ranks =
        start(
            gpus,
            2,
            options(LONG),
            nccl -> {
              if (nccl.rank() == 0) {
                gpus.stuck.add(0);
                nccl.allReduceSum(gpus.vector(0, new float[8]));
                return 0;
              }
              Future<Object> other =
                  drivers.submit(
                      () -> {
                        while (!gpus.log.contains("0 allReduce")) {
                          Thread.onSpinWait();
                        }
                        nccl.abort("rank 1: the driver is gone");
                        return 0;
                      });
              nccl.allReduceSum(gpus.vector(1, new float[8]));
              other.get();
              return 0;
            });

    for (Future<Integer> rank : ranks) {
      assertEquals("rank 1: the driver is gone", RankThreads.failure(rank));
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
            nccl -> {
              nccl.barrier();
              synchronized (tasks) {
                tasks.add(Thread.currentThread());
              }
              inside.countDown();
              try {
                nccl.allReduceSum(gpus.vector(nccl.rank(), new float[8]));
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
      String failure = RankThreads.failure(rank);
      assertTrue(failure.contains("was interrupted in all-reduce"), failure);
    }
  }

  @Test
  void roundingOnTheWayIsRefused() throws Exception {
    HostGpus gpus = new HostGpus(2);
    CollectiveOptions rounding =
        new CollectiveOptions(LONG, LONG, CollectiveOptions.WireType.BFLOAT16, 1, false);

    for (Future<Integer> rank : start(gpus, 2, rounding, Collective::rank)) {
      String failure = RankThreads.failure(rank);
      assertTrue(failure.contains("BFLOAT16"), failure);
      assertTrue(failure.contains("cluster.collective: tcp"), failure);
    }
    assertFalse(gpus.log.stream().anyMatch(line -> line.contains("abort")));
  }
}
