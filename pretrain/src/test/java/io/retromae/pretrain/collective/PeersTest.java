package io.retromae.pretrain.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("a", 5);
  private static final RingConfig CONFIG =
      new RingConfig(
          "job",
          1,
          0,
          List.of(NOWHERE, NOWHERE),
          new byte[32],
          RingOptions.plain(Duration.ofSeconds(60)));

  /** A connection that takes its time to write. */
  private static final class Slow implements Transport {
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final List<String> log = new CopyOnWriteArrayList<>();

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      writing.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      log.add("written");
    }

    @Override
    public void read(ByteBuffer bytes) {
      throw new AssertionError("nobody listens");
    }

    @Override
    public boolean authenticated() {
      return true;
    }

    @Override
    public void close() {
      log.add("closed");
    }
  }

  @Test
  void aRankThatLeavesWhileAnotherThreadTellsTheCauseLetsItFinish() throws InterruptedException {
    Slow line = new Slow();
    Peers peers = new Peers(CONFIG, List.of(new ControlLine(1, line)), new Activity(), () -> {});
    Thread telling = new Thread(() -> peers.fail("rank 0: the task was cancelled"));
    telling.start();
    line.writing.await();

    Thread leaving = new Thread(peers::leave);
    leaving.start();
    while (leaving.isAlive() && leaving.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    line.open.countDown();
    telling.join();
    leaving.join();

    assertEquals(List.of("written", "closed", "closed"), line.log);
  }
}
