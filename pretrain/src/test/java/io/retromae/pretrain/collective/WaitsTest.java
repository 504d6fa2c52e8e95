package io.retromae.pretrain.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WaitsTest {
  private static final long SECOND = 1_000_000_000;

  private static Waits of(long usual) {
    Waits waits = new Waits();
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
    Waits waits = new Waits();
    waits.add(1);

    assertFalse(waits.unusual(100 * SECOND));
  }
}
