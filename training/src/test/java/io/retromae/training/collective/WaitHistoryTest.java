package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WaitHistoryTest {
  private static final long SECOND = 1_000_000_000;

  private static WaitHistory of(long usual) {
    WaitHistory waits = new WaitHistory();
    for (int i = 0; i < 100; i++) {
      waits.add(usual + i % 3);
    }
    return waits;
  }

  @Test
  void fiveTimesTheUsualWaitIsUnusual() {
    assertEquals(SECOND + 1, of(SECOND).median());
    assertFalse(of(SECOND).unusual(4 * SECOND));
    assertTrue(of(SECOND).unusual(6 * SECOND));
  }

  @Test
  void whatTakesLessThanASecondIsNotWorthAWord() {
    assertFalse(of(10).unusual(SECOND - 1));
    assertTrue(of(10).unusual(SECOND));
  }

  @Test
  void fewWaitsSayNothing() {
    WaitHistory waits = new WaitHistory();
    waits.add(1);

    assertFalse(waits.unusual(100 * SECOND));
  }
}
