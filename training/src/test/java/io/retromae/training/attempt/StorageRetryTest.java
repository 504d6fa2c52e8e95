package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Storage that fails for a while; pauses are noted, not waited for. */
class StorageRetryTest {
  private final List<String> lines = new ArrayList<>();
  private final List<Integer> pauses = new ArrayList<>();
  private final StopRequest stop = new StopRequest();
  private final StorageRetry retry = new StorageRetry(lines::add, pauses::add);

  /** Fails so many times, in both ways that storage has. */
  private String answer(int failures) throws IOException {
    if (pauses.size() >= failures) {
      return "answer";
    }
    if (pauses.size() % 2 == 0) {
      throw new IOException("connection reset");
    }
    throw new ClusterException("cannot list checkpoints: 503 Slow Down");
  }

  @Test
  void anOutageIsWaitedFor() throws IOException {
    assertEquals("answer", retry.ask(() -> answer(3), stop));

    assertEquals(List.of(1, 2, 4), pauses);
    assertEquals(
        "event=storage_failed reason=\"connection reset\"; trying again in 1 s", lines.get(0));
  }

  @Test
  void patienceEnds() {
    var failure = assertThrows(ClusterException.class, () -> retry.ask(() -> answer(99), stop));

    assertTrue(failure.getMessage().contains("503 Slow Down"), failure.getMessage());
    assertEquals(540, pauses.stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  void whoeverAskedForAStopIsNotKeptWaiting() {
    stop.make();

    assertThrows(IOException.class, () -> retry.ask(() -> answer(1), stop));
    assertEquals(List.of(), pauses);
  }

  @Test
  void whatTheUserHasToMendIsToldAtOnce() {
    StorageRetry.Request<String> refused =
        () -> {
          throw new ConfigException("format_version 99");
        };

    assertThrows(ConfigException.class, () -> retry.ask(refused, stop));
    assertEquals(List.of(), pauses);
  }
}
