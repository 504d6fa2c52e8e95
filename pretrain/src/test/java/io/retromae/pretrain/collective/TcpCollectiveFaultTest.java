package io.retromae.pretrain.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.pretrain.memory.HostVector;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TcpCollectiveFaultTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static HostVector values() {
    return Ring.direct(new float[100_000]);
  }

  @Test
  void allRanksLearnTheFirstCauseOfAnAbort() throws Exception {
    try (Ring ring = new Ring(4, LONG)) {
      List<Future<Integer>> ranks =
          ring.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 2) {
                  collective.abort("rank 2: gradient is a fish");
                }
                collective.allReduceSum(values());
                return 0;
              });

      for (Future<Integer> rank : ranks) {
        assertEquals("rank 2: gradient is a fish", Ring.failure(rank));
      }
    }
  }

  @Test
  void aRankThatDiesIsNamedByTheOthersAtOnce() throws Exception {
    try (Ring ring = new Ring(3, LONG)) {
      List<Future<Integer>> ranks =
          ring.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 1) {
                  ((TcpCollective) collective).dropConnections();
                  return 0;
                }
                collective.allReduceSum(values());
                return 0;
              });

      for (int rank : new int[] {0, 2}) {
        String failure = Ring.failure(ranks.get(rank));
        assertTrue(failure.contains("rank 1 ("), failure);
        assertTrue(failure.contains("is gone"), failure);
      }
    }
  }

  @Test
  void aRankThatHangsIsNamedWhenTheTimeIsUp() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Ring ring = new Ring(2, SHORT)) {
      List<Future<Integer>> ranks =
          ring.start(
              collective -> {
                collective.barrier();
                if (collective.rank() == 1) {
                  done.await();
                  return 0;
                }
                collective.allReduceSum(values());
                return 0;
              });

      String failure = Ring.failure(ranks.get(0));
      done.countDown();
      assertTrue(failure.contains("rank 1 ("), failure);
      assertTrue(failure.contains("stopped answering"), failure);
    }
  }

  @Test
  void anAbortFromAnotherThreadEndsAWaitingRank() throws Exception {
    try (Ring ring = new Ring(2, LONG)) {
      CountDownLatch connected = new CountDownLatch(2);
      List<Collective> open = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Future<Integer>> ranks =
          ring.start(
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

      assertEquals("task killed", Ring.failure(ranks.get(0)));
    }
  }

  @Test
  void aRankWithAnotherSecretIsNotLetIn() throws Exception {
    try (Ring ring = new Ring(2, SHORT)) {
      List<Future<Integer>> ranks =
          ring.start(
              config ->
                  config.rank() == 0
                      ? config
                      : new RingConfig("job", 1, 1, config.peers(), new byte[32], config.options()),
              collective -> 0);

      assertTrue(Ring.failure(ranks.get(0)).contains("waited 2 s for rank 1"));
      assertTrue(Ring.failure(ranks.get(1)).contains("cannot join rank 0"));
    }
  }

  @Test
  void aRankOfAnOlderAttemptIsNotLetIn() throws Exception {
    try (Ring ring = new Ring(2, SHORT)) {
      List<Future<Integer>> ranks =
          ring.start(
              config ->
                  config.rank() == 0
                      ? config
                      : new RingConfig("job", 0, 1, config.peers(), Ring.KEY, config.options()),
              collective -> 0);

      assertTrue(Ring.failure(ranks.get(0)).contains("waited 2 s for rank 1"));
    }
  }

  @Test
  void strangersDoNotKeepRanksFromJoining() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try (Ring ring = new Ring(3, LONG)) {
      for (InetSocketAddress address : ring.addresses) {
        for (int i = 0; i < 12; i++) {
          Socket silent = new Socket(address.getAddress(), address.getPort());
          strangers.add(silent);
          if (i % 2 == 0) {
            silent.getOutputStream().write(new byte[4_096]);
          }
        }
      }

      List<Integer> sums =
          Ring.all(
              ring.start(
                  collective -> {
                    HostVector one = Ring.direct(new float[] {1});
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

  @Test
  void aFlippedBitOnTheWayNamesBothSides() throws Exception {
    try (Ring ring = new Ring(2, LONG);
        FlippingProxy proxy = new FlippingProxy(ring.addresses.get(0))) {
      List<InetSocketAddress> through = List.of(proxy.address(), ring.addresses.get(1));
      List<Future<Integer>> ranks =
          ring.start(
              config ->
                  config.rank() == 0
                      ? config
                      : new RingConfig("job", 1, 1, through, Ring.KEY, config.options()),
              collective -> {
                collective.allReduceSum(values());
                return 0;
              });

      String failure = Ring.failure(ranks.get(0)) + " | " + Ring.failure(ranks.get(1));
      assertTrue(failure.contains("damaged on the way"), failure);
      assertTrue(failure.contains("between rank"), failure);
    }
  }

  /** Passes bytes on both ways and flips one bit far behind the handshake. */
  private static final class FlippingProxy implements AutoCloseable {
    private static final int FLIPPED_BYTE = 50_000;
    private final ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

    FlippingProxy(InetSocketAddress target) throws Exception {
      daemon(
          () -> {
            while (true) {
              Socket in = listener.accept();
              Socket out = new Socket(target.getAddress(), target.getPort());
              daemon(() -> pump(in.getInputStream(), out.getOutputStream(), FLIPPED_BYTE));
              daemon(() -> pump(out.getInputStream(), in.getOutputStream(), -1));
            }
          });
    }

    InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    private interface Body {
      void run() throws Exception;
    }

    private static void daemon(Body body) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (Exception e) {
                  // the connection under test has ended
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    private static void pump(InputStream in, OutputStream out, int flipped) throws Exception {
      int position = 0;
      byte[] buffer = new byte[8_192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (flipped >= position && flipped < position + n) {
          buffer[flipped - position] ^= 16;
        }
        position += n;
        out.write(buffer, 0, n);
      }
      out.close();
    }

    @Override
    public void close() throws java.io.IOException {
      listener.close();
    }
  }
}
