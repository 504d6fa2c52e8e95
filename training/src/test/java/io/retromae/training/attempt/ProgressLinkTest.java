package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.connect.ConnectionId;
import io.retromae.training.connect.Connector;
import io.retromae.training.connect.Membership;
import io.retromae.training.connect.Ports;
import io.retromae.training.metrics.Progress;
import io.retromae.training.worker.AttemptKey;
import io.retromae.training.worker.ProgressClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Worker and driver in one process, without Spark. */
class ProgressLinkTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ConnectionId TO_DRIVER =
      new ConnectionId(Membership.DRIVER, ConnectionId.Kind.PROGRESS, 0);

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

  private static Membership member(int rank, boolean encrypted) {
    byte[] key = AttemptKey.of("secret".getBytes(), new byte[32], "run", 3);
    return new Membership(key, "run", 3, rank, 4, encrypted);
  }

  private ProgressServer server(boolean encrypted) {
    Membership driver = member(Membership.DRIVER, encrypted);
    ProgressServer server =
        ProgressServer.start(InetAddress.getLoopbackAddress(), Ports.ANY, driver);
    server.listen((rank, message) -> messages.add(rank + " " + message));
    return server;
  }

  private static InetSocketAddress address(ProgressServer server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  @ParameterizedTest(name = "encrypted: {0}")
  @ValueSource(booleans = {false, true})
  void messagesGoOneWayAndAStopTheOther(boolean encrypted) throws Exception {
    CountDownLatch lost = new CountDownLatch(1);
    ProgressServer server = server(encrypted);
    ObjectNode message = Progress.message("step").put("text", "x".repeat(200_000));
    try (ProgressClient client =
        ProgressClient.connect(address(server), member(2, encrypted), lost::countDown)) {
      client.send(message);
      assertEquals("2 " + message, messages.take());

      server.requestStop();
      server.close();
      lost.await();

      assertTrue(client.stopRequested());
    }
    server.awaitAllGone(LONG, Set::of);
  }

  @Test
  void aWorkerThatIsDoneIsNotWaitedFor() throws Exception {
    try (ProgressServer server = server(true)) {
      ProgressClient.connect(address(server), member(0, true), () -> {}).close();

      server.awaitAllGone(LONG, Set::of);
    }
  }

  @Test
  void anInterruptedWorkerHasItsLastWords() throws Exception {
    try (ProgressServer server = server(true);
        ProgressClient client =
            ProgressClient.connect(address(server), member(0, true), () -> {})) {
      Thread.currentThread().interrupt();
      client.send(Progress.message("failure"));

      assertTrue(Thread.interrupted(), "the interrupt is kept");
      assertEquals("0 {\"event\":\"failure\"}", messages.take());
    }
  }

  @Test
  void aWorkerOfAnotherAttemptOrWithoutEncryptionIsRefused() throws Exception {
    try (ProgressServer server = server(true)) {
      byte[] key = AttemptKey.of("secret".getBytes(), new byte[32], "run", 2);
      Membership older = new Membership(key, "run", 2, 1, 4, true);

      assertThrows(IOException.class, () -> Connector.connect(address(server), older, TO_DRIVER));
      assertThrows(
          IOException.class, () -> Connector.connect(address(server), member(1, false), TO_DRIVER));
      assertThrows(
          IOException.class, () -> Connector.connect(address(server), member(7, true), TO_DRIVER));
      Connector.connect(address(server), member(1, true), TO_DRIVER).close();
    }
  }

  @Test
  void aScanOfTheDriverDuringTrainingHarmsNobody() throws Exception {
    List<Socket> held = new ArrayList<>();
    try (ProgressServer server = server(false);
        ProgressClient client =
            ProgressClient.connect(address(server), member(0, false), () -> {})) {
      int threads = Thread.activeCount();
      for (int i = 0; i < 1_000; i++) {
        Socket stranger = new Socket(InetAddress.getLoopbackAddress(), server.port());
        if (i % 4 == 0) {
          held.add(stranger);
        } else {
          stranger.close();
        }
      }
      client.send(Progress.message("step"));
      try (ProgressClient late =
          ProgressClient.connect(address(server), member(1, false), () -> {})) {
        late.send(Progress.message("hello"));

        assertEquals("0 {\"event\":\"step\"}", messages.take());
        assertEquals("1 {\"event\":\"hello\"}", messages.take());
        assertTrue(Thread.activeCount() <= threads + 6, "strangers cost threads");
      }
    } finally {
      for (Socket stranger : held) {
        stranger.close();
      }
    }
  }
}
