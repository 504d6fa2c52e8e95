package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.ClusterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many workers an attempt has, given what the cluster has. */
class SlotWaitTest {
  private final StopRequest stop = new StopRequest();
  private final List<String> lines = new ArrayList<>();

  /** A cluster whose slots grow by one with every look. */
  private static final class FakeSlots implements Slots {
    private final AtomicInteger now;
    private final int end;

    FakeSlots(int now, int end) {
      this.now = new AtomicInteger(now);
      this.end = end;
    }

    @Override
    public int all() {
      return end;
    }

    @Override
    public int free() {
      return Math.min(end, now.getAndIncrement());
    }

    @Override
    public String describe() {
      return "the cluster has " + end;
    }

    @Override
    public boolean canChange() {
      return true;
    }
  }

  private static WorldSizes sizes(int shards, String... cluster) {
    return WorldSizes.of(
        shards, ConfigLoader.load(ClusterSettings.class, List.of(), List.of(cluster)).value());
  }

  private SlotWait wait(FakeSlots slots, WorldSizes sizes, long millis) {
    return new SlotWait(sizes, slots, Duration.ofMillis(millis), lines::add);
  }

  @Test
  void onlyDivisorsBetweenTheLimitsAreUsed() {
    WorldSizes sizes = sizes(24, "workers=12", "min_workers=3");

    assertEquals(List.of(3, 4, 6, 8, 12), sizes.allowed());
    assertEquals(8, sizes.largest(11));
    assertEquals(12, sizes.largest(100));
    assertEquals(0, sizes.largest(2));
  }

  @Test
  void withoutALeastNumberThereIsOneSize() {
    assertEquals(List.of(4), sizes(8, "workers=4").allowed());
  }

  @Test
  void aLeastNumberAboveTheWantedOneIsRefused() {
    var refusal = assertThrows(ConfigException.class, () -> sizes(8, "workers=2", "min_workers=4"));

    assertTrue(
        refusal
            .getMessage()
            .contains("cluster.min_workers = 4: must be at most cluster.workers = 2"),
        refusal.getMessage());
  }

  @Test
  void allWorkersAreWaitedFor() {
    SlotWait wait = wait(new FakeSlots(1, 4), sizes(8, "workers=4", "min_workers=1"), 60_000);

    assertEquals(OptionalInt.of(4), wait.forAll(stop));
    assertEquals(List.of("event=waiting_for_slots needed=4 free=1 limit_s=60"), lines);
  }

  @Test
  void whenTimeIsUpTheLargestNumberWithSlotsIsTaken() {
    SlotWait wait = wait(new FakeSlots(3, 3), sizes(8, "workers=4", "min_workers=1"), 50);

    assertEquals(OptionalInt.of(2), wait.forAll(stop));
  }

  @Test
  void aPlannedRestartWaitsOnlyForTheExecutorsThatAreThere() {
    SlotWait wait = wait(new FakeSlots(0, 2), sizes(8, "workers=8", "min_workers=1"), 60_000);

    assertEquals(OptionalInt.of(2), wait.forThoseThere(stop));
    assertEquals(List.of("event=waiting_for_slots needed=2 free=0 limit_s=60"), lines);
  }

  @Test
  void tooFewSlotsAreAnErrorThatSaysWhatIsThereAndWhatToDo() {
    SlotWait wait = wait(new FakeSlots(1, 1), sizes(8, "workers=4", "min_workers=2"), 50);

    var refusal = assertThrows(ClusterException.class, () -> wait.forAll(stop));

    assertTrue(
        refusal.getMessage().contains("needs 2 free task slots at once, the cluster has 1"),
        refusal.getMessage());
    assertTrue(refusal.getMessage().contains("cluster.min_workers be 1"), refusal.getMessage());
  }

  @Test
  void aStopEndsTheWait() {
    stop.make();
    SlotWait wait = wait(new FakeSlots(1, 4), sizes(8, "workers=4", "min_workers=1"), 60_000);

    assertEquals(OptionalInt.empty(), wait.forAll(stop));
  }

  @Test
  void growthIsToTheNextAllowedNumber() {
    SlotWait three = wait(new FakeSlots(2, 3), sizes(8, "workers=4", "min_workers=1"), 50);

    assertTrue(three.couldGrow(1));
    assertFalse(three.couldGrow(2));
  }

  @Test
  void slotsThatSomethingElseHoldsAreNoRoomToGrow() {
    WorldSizes sizes = sizes(8, "workers=4", "min_workers=1");

    assertFalse(wait(new FakeSlots(1, 4), sizes, 50).couldGrow(2), "one of four is a zombie's");
    assertTrue(wait(new FakeSlots(2, 4), sizes, 50).couldGrow(2));
  }

  @Test
  void aStopRequestReachesListenersOfBeforeAndAfter() {
    StopRequest request = new StopRequest();
    List<String> heard = new ArrayList<>();
    request.whenMade(() -> heard.add("before"));

    request.make();
    request.whenMade(() -> heard.add("after"));

    assertEquals(List.of("before", "after"), heard);
    assertTrue(request.made());
  }
}
