package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.connect.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static Peers peers(Transport toOne, Transport toTwo) {
    CollectiveConfig config =
        new CollectiveConfig(
            "job",
            1,
            0,
            RankThreads.loopback(1, 2, 3),
            RankThreads.KEY,
            CollectiveOptions.plain(Duration.ofSeconds(30)));
    List<ControlConnection> controls =
        List.of(new ControlConnection(1, toOne), new ControlConnection(2, toTwo));
    return new Peers(config, controls, new Activity(), () -> {});
  }

  @Test
  void aRankThatLeavesLetsItsOtherThreadsTellTheCauseFirst() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    FakeTransport toTwo = FakeTransport.silent();
    Peers peers = peers(FakeTransport.takingFrom(slow), toTwo);
    Thread telling = TcpCollective.daemon(() -> peers.fail("rank 0: out of memory"));
    Thread leaving = TcpCollective.daemon(peers::leave);

    telling.start();
    while (peers.cause().isEmpty()) {
      Thread.onSpinWait();
    }
    leaving.start();
    while (leaving.getState() != Thread.State.TIMED_WAITING
        && leaving.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
    slow.countDown();
    telling.join();
    leaving.join();

    assertTrue(toTwo.text().contains("rank 0: out of memory"));
  }
}
