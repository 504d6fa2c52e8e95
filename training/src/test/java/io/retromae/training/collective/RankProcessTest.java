package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three ranks: one in this process, two in processes of their own, to which things happen. */
@EnabledOnOs(OS.LINUX)
class RankProcessTest {
  /** Rank 0 is here and does what it is told. */
  private static final class Three implements AutoCloseable {
    final RankProcess one;
    final RankProcess two;
    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    final Future<Integer> zero;
    private final RankThreads threads;

    Three(Duration timeout) throws Exception {
      one = RankProcess.start(1, timeout.toMillis());
      two = RankProcess.start(2, timeout.toMillis());
      threads = new RankThreads(1, timeout);
      int[] ports = {
        threads.listeners.get(0).port(),
        Integer.parseInt(one.await("PORT")),
        Integer.parseInt(two.await("PORT"))
      };
      one.say("%d %d %d".formatted(ports[0], ports[1], ports[2]));
      two.say("%d %d %d".formatted(ports[0], ports[1], ports[2]));
      zero =
          threads.startRank(
              0, RankThreads.at(RankThreads.loopback(ports)).apply(threads.config(0)), this::serve);
      one.await("CONNECTED");
      two.await("CONNECTED");
    }

    private int serve(Collective collective) throws InterruptedException {
      for (String next = requests.take(); !next.equals("leave"); next = requests.take()) {
        RankMain.perform(collective, next);
      }
      return 0;
    }

    @Override
    public void close() throws IOException {
      one.close();
      two.close();
      threads.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reduce-scatter", "all-gather"})
  void aProcessKilledInAnOperationIsNamedByAll(String operation) throws Exception {
    try (Three ranks = new Three(Duration.ofSeconds(60))) {
      ranks.requests.add(operation);
      ranks.one.say(operation); // rank 2 does not come, so that rank 1 stays in it
      ranks.one.await("BEGIN");

      ranks.one.kill();

      String failure = RankThreads.failure(ranks.zero);
      assertTrue(failure.contains("rank 1 (") && failure.contains("is gone"), failure);
      ranks.two.say(operation);
      assertTrue(ranks.two.await("FAILED").contains("rank 1 ("));
    }
  }

  @Test
  void aProcessKilledBetweenOperationsIsNamedByTheNext() throws Exception {
    try (Three ranks = new Three(Duration.ofSeconds(60))) {
      ranks.one.kill();

      ranks.requests.add("barrier");
      ranks.two.say("barrier");

      String failure = RankThreads.failure(ranks.zero);
      assertTrue(failure.contains("rank 1 (") && failure.contains("is gone"), failure);
      assertTrue(ranks.two.await("FAILED").contains("rank 1 ("));
    }
  }

  @Test
  void aProcessThatIsStoppedForLongerThanTheTimeoutIsLost() throws Exception {
    try (Three ranks = new Three(Duration.ofSeconds(4))) { // cold JVMs have to join within it
      ranks.one.shell("kill -STOP $pid");
      ranks.requests.add("barrier");

      String failure = RankThreads.failure(ranks.zero);
      assertTrue(failure.contains("rank 1 (") && failure.contains("no sign of life"), failure);
      ranks.two.say("barrier");
      assertTrue(ranks.two.await("FAILED").contains("rank 1 ("));
    }
  }

  @Test
  void aProcessThatIsStoppedForHalfTheTimeoutIsWaitedFor() throws Exception {
    try (Three ranks = new Three(Duration.ofSeconds(4))) {
      ranks.requests.add("barrier");
      ranks.two.say("barrier");
      ranks.one.shell("kill -STOP $pid; sleep 2; kill -CONT $pid");
      ranks.one.say("barrier");
      ranks.one.await("END");
      ranks.requests.add("leave");

      assertEquals(0, ranks.zero.get());
    }
  }
}
