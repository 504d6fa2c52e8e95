package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Silence of a peer of rank 0, on a clock that is turned by hand; the limit is 3 s. */
class LivenessMonitorTest {
  private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("a", 5);

  private static final CollectiveConfig IMPATIENT =
      new CollectiveConfig(
          "job",
          1,
          0,
          List.of(NOWHERE, NOWHERE, NOWHERE),
          new byte[32],
          new CollectiveOptions(
              Duration.ofSeconds(3),
              Duration.ofMillis(1),
              CollectiveOptions.WireType.FLOAT32,
              1,
              false));

  private final List<String> losses = new ArrayList<>();
  private final long start = System.nanoTime();
  private LivenessMonitor watch;

  @BeforeEach
  void open() {
    CollectiveOptions options = CollectiveOptions.plain(Duration.ofSeconds(3));
    CollectiveConfig config =
        new CollectiveConfig("job", 1, 0, List.of(NOWHERE, NOWHERE), new byte[32], options);
    ControlConnection line = new ControlConnection(1, FakeTransport.silent());
    watch = new LivenessMonitor(config, List.of(line), new Activity(), losses::add);
  }

  @AfterEach
  void close() {
    watch.close();
  }

  private void lookFrom(long firstMillis, long lastMillis) {
    for (long millis = firstMillis; millis <= lastMillis; millis += 100) {
      watch.tick(start + TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  @Test
  void aPeerThatIsSilentForTheLimitBesideTheTimeToJoinIsLost() {
    lookFrom(0, 5_900);
    assertEquals(List.of(), losses);

    lookFrom(6_000, 6_300);

    assertTrue(losses.get(0).startsWith("rank 1 (a:5) stopped answering rank 0"), losses.get(0));
  }

  @Test
  void aProcessThatWasStoppedItselfBlamesNobody() {
    lookFrom(0, 1_000);

    lookFrom(3_600_000, 3_602_000);

    assertEquals(List.of(), losses);
  }

  @Test
  void theRankThatIsBehindIsStuckNotTheOneThatIsWaitedFor() throws IOException {
    FakeTransport alive = FakeTransport.silent();
    new ControlConnection(0, alive).send(new ControlConnection.Signal.Alive(1));
    ControlConnection behind = new ControlConnection(1, FakeTransport.silent());
    ControlConnection waitedFor = new ControlConnection(2, FakeTransport.saying(alive.bytes()));
    waitedFor.receive();
    Activity activity = new Activity();
    activity.begin(OperationId.Kind.BROADCAST);
    activity.await(2);
    LivenessMonitor impatient =
        new LivenessMonitor(IMPATIENT, List.of(behind, waitedFor), activity, losses::add);

    while (losses.isEmpty()) {
      impatient.tick(start);
    }

    impatient.close();
    assertTrue(losses.get(0).startsWith("rank 1 (a:5) is stuck"), losses.get(0));
  }
}
