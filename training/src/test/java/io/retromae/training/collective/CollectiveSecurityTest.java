package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole collectives among strangers, and encrypted ones. */
class CollectiveSecurityTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int SCAN = 1_000;

  private static CollectiveConfig encrypted(CollectiveConfig config) {
    CollectiveOptions o = config.options();
    CollectiveOptions options = new CollectiveOptions(o.timeout(), o.stall(), o.wire(), 2, true);
    return with(config, options);
  }

  private static CollectiveConfig with(CollectiveConfig config, CollectiveOptions options) {
    return new CollectiveConfig(
        config.jobId(), config.attempt(), config.rank(), config.peers(), config.key(), options);
  }

  private static float sum(Collective collective) {
    HostVector values = HostVector.copyOf(new float[] {1 + collective.rank()});
    collective.allReduceSum(values);
    return values.whole().getFloat(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void encryptionChangesNoBit(int world) throws Exception {
    float[] values = new float[300_001];
    java.util.Random random = new java.util.Random(world);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    RankThreads.Body<Collective, float[]> body =
        collective -> {
          HostVector vector = HostVector.copyOf(values);
          collective.allReduceSum(vector);
          collective.barrier();
          return RankThreads.floats(vector);
        };
    try (RankThreads plain = new RankThreads(world, LONG);
        RankThreads secret = new RankThreads(world, LONG)) {
      List<float[]> expected = RankThreads.all(plain.start(body));
      List<float[]> sums = RankThreads.all(secret.start(CollectiveSecurityTest::encrypted, body));

      for (int rank = 0; rank < world; rank++) {
        assertArrayEquals(expected.get(rank), sums.get(rank));
      }
    }
  }

  @Test
  void theCauseOfAnAbortTravelsEncrypted() throws Exception {
    try (RankThreads threads = new RankThreads(3, LONG)) {
      List<Future<Float>> ranks =
          threads.start(
              CollectiveSecurityTest::encrypted,
              collective -> {
                collective.barrier();
                if (collective.rank() == 1) {
                  collective.abort("rank 1: out of tea");
                }
                return sum(collective);
              });

      for (Future<Float> rank : ranks) {
        assertEquals("rank 1: out of tea", RankThreads.failure(rank));
      }
    }
  }

  @Test
  void aRankThatWouldSpeakInClearIsRefusedByOneThatEncrypts() throws Exception {
    try (RankThreads threads = new RankThreads(2, Duration.ofSeconds(1))) {
      List<Future<Float>> ranks =
          threads.start(
              config -> config.rank() == 0 ? config : encrypted(config),
              CollectiveSecurityTest::sum);

      assertTrue(RankThreads.failure(ranks.get(0)).contains("waited 1 s for rank 1"));
      assertTrue(RankThreads.failure(ranks.get(1)).contains("cannot join rank 0"));
    }
  }

  @Test
  void aPortScanDoesNotKeepRanksFromJoining() throws Exception {
    try (RankThreads threads = new RankThreads(3, LONG)) {
      Thread scan =
          TcpCollective.daemon(
              () ->
                  threads.addresses.forEach(
                      address -> {
                        for (int i = 0; i < SCAN; i++) {
                          connectAndClose(address);
                        }
                      }));
      scan.start();

      assertEquals(
          List.of(6f, 6f, 6f), RankThreads.all(threads.start(CollectiveSecurityTest::sum)));
      scan.join();
    }
  }

  /** A connection that is closed at once; whether it came about is for the port to decide. */
  private static boolean connectAndClose(InetSocketAddress address) {
    try {
      new Socket(address.getAddress(), address.getPort()).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void afterJoiningThereIsNoPortToScan() throws Exception {
    try (RankThreads threads = new RankThreads(2, LONG)) {
      CyclicBarrier joined = new CyclicBarrier(3);
      CountDownLatch scanned = new CountDownLatch(1);
      List<Future<Float>> ranks =
          threads.start(
              collective -> {
                joined.await();
                float first = sum(collective);
                scanned.await();
                return first + sum(collective);
              });
      joined.await();

      for (InetSocketAddress address : threads.addresses) {
        for (int i = 0; i < SCAN; i++) {
          assertThrows(
              ConnectException.class, () -> new Socket(address.getAddress(), address.getPort()));
        }
      }
      scanned.countDown();

      assertEquals(List.of(6f, 6f), RankThreads.all(ranks));
    }
  }

  @Test
  void aListenerIsHeardAtItsOwnAddressOnly() throws Exception {
    InetAddress other = InetAddress.getByName("127.0.0.2"); // of this host, too
    try (TcpCollective.Listener listener =
        TcpCollective.Listener.open(InetAddress.getByName("127.0.0.1"))) {

      assertThrows(ConnectException.class, () -> new Socket(other, listener.port()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void aListenerOnEveryAddressIsRefused(String every) throws Exception {
    InetAddress address = InetAddress.getByName(every);

    var e =
        assertThrows(IllegalArgumentException.class, () -> TcpCollective.Listener.open(address));

    assertTrue(e.getMessage().contains("every network"), e.getMessage());
  }
}
