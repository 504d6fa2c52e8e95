package io.retromae.training.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When freed memory is given back, and that it is. */
class FreedMemoryTest {
  private static final long MB = 1_000_000;
  private static final long STEP_NANOS = 1_000_000;

  private long resident = 500 * MB;
  private long now;
  private long trimNanos = 1;
  private long live = 500 * MB;
  private final List<Long> trims = new ArrayList<>();

  private final FreedMemory freed =
      new FreedMemory(
          () -> resident,
          () -> now,
          () -> {
            trims.add(now / STEP_NANOS);
            now += trimNanos;
            resident = live;
          });

  private void steps(int count, long growth) {
    for (int i = 0; i < count; i++) {
      now += STEP_NANOS;
      resident += growth;
      freed.stepDone();
    }
  }

  @Test
  void whatDoesNotGrowIsLeftAlone() {
    steps(1000, 0);

    assertEquals(List.of(), trims);
  }

  @Test
  void growthBehindTheFirstStepsIsTrimmedAgainAndAgain() {
    steps(100_000, MB / 10);

    assertTrue(trims.size() > 100, trims.size() + " trims");
    assertTrue(resident < 1.06 * live, "holds " + resident);
  }

  @Test
  void theFirstStepsMayAskForAsMuchAsTheyNeed() {
    live = 400 * MB;
    steps(8, 100 * MB);
    steps(500, 0);

    assertEquals(List.of(), trims);
  }

  @Test
  void trimsThatGiveNothingBackTakeNoMoreThanOnePercent() {
    live = 100_000 * MB;
    trimNanos = STEP_NANOS;
    steps(10_000, 100 * MB);

    assertTrue(trims.size() * trimNanos * 100 <= now, trims.size() + " trims");
    assertTrue(trims.size() >= 2, trims.size() + " trims");
  }

  @Test
  void piecesBetweenOnesThatStayAreGivenBack() {
    List<Memory> stay = new ArrayList<>();
    List<Memory> go = new ArrayList<>();
    for (int i = 0; i < 4000; i++) { // pieces too small for a mapping of their own
      go.add(new Memory(100_000));
      stay.add(new Memory(100));
      go.get(i).clear();
    }
    long before = ResidentMemory.bytes(); // what lies at the heap's end, glibc gives back by itself
    go.forEach(Memory::close);

    FreedMemory.trimHeaps();
    long after = ResidentMemory.bytes();

    assertTrue(after < before - 200 * MB, before + " before, " + after + " after");
    stay.forEach(Memory::close);
  }
}
