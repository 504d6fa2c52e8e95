package io.retromae.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StripesTest {
  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void afterAFailureNobodyIsAtWorkAndItIsThrownAsItIs() {
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(2);
    Error first = new StackOverflowError("the second stripe");
    try (Stripes stripes = new Stripes(4)) {
      Error thrown =
          assertThrows(
              StackOverflowError.class,
              () ->
                  stripes.run(
                      8,
                      (from, to) -> {
                        if (from == 2 || from == 4) {
                          failed.countDown();
                          throw from == 2 ? first : new AssertionError("the third");
                        }
                        await(failed); // so those without a failure end later
                        ended.incrementAndGet();
                      }));

      assertSame(first, thrown);
      assertEquals(2, ended.get());
    }
  }

  @Test
  void anInterruptIsKeptUntilAllHaveEnded() {
    AtomicInteger rows = new AtomicInteger();
    try (Stripes stripes = new Stripes(3)) {
      Thread.currentThread().interrupt();
      stripes.run(9, (from, to) -> rows.addAndGet(to - from));
    }

    assertTrue(Thread.interrupted());
    assertEquals(9, rows.get());
  }
}
