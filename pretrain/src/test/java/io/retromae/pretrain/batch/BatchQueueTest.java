package io.retromae.pretrain.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.BatchBuilder;
import io.retromae.pretrain.retromae.BatchRule;
import io.retromae.training.loop.BatchQueue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BatchQueueTest {
  private static final int ROW_GROUPS = 60;
  private static final int ROWS = 8;
  private static final SamplePlan.Shape SHAPE = new SamplePlan.Shape(4, 2, 3);
  private static final long STEPS = 12;

  /** Row groups of which the reading may be watched. */
  private static class Rows implements RowGroupSource {
    @Override
    public int[][] read(int rowGroup) throws IOException {
      int[][] rows = new int[ROWS][];
      for (int i = 0; i < ROWS; i++) {
        rows[i] = new int[3 + i];
        Arrays.fill(rows[i], 10 + rowGroup);
      }
      return rows;
    }

    @Override
    public String[] sources(int rowGroup) {
      throw new AssertionError("nobody needs to know");
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static CorpusBatches<BatchArrays> batches(RowGroupSource source) {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = 5; i < 100; i++) {
      tokens.add("t" + i);
    }
    Vocabulary vocabulary = Vocabulary.of(tokens);
    BatchRule rule =
        new BatchRule(
            TokenKinds.of(vocabulary),
            RowFrame.of(vocabulary, 16),
            vocabulary.size(),
            0.3,
            new DecoderVisibility.Rule(0.5, 8),
            false,
            7);
    Mixture mixture = EvenMixture.of(Collections.nCopies(ROW_GROUPS, ROWS));
    return CorpusBatches.of(
        source,
        new BatchBuilder(rule),
        new CorpusBatches.Course(mixture, SHAPE, List.of(STEPS), false, 16, 7));
  }

  private static BatchQueue.Order order(long firstStep) {
    return new BatchQueue.Order(firstStep, STEPS, 1, 3, SHAPE.accumulationSteps());
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("retromae-batches"))
        .count();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50})
  void handsOutWhatDirectAccessGives(int capacity) throws IOException {
    for (long start : new long[] {0, 5}) {
      try (CorpusBatches<BatchArrays> direct = batches(new Rows());
          CorpusBatches<BatchArrays> ahead = batches(new Rows());
          BatchQueue<BatchArrays> queue = BatchQueue.start(ahead, order(start), capacity)) {
        for (long step = start; step < STEPS; step++) {
          for (int shard = 1; shard < 3; shard++) {
            for (int k = 0; k < 3; k++) {
              BatchArrays want = direct.next(shard, step, k);
              BatchArrays got = queue.next(shard, step, k);

              assertArrayEquals(want.encoderInputIds(), got.encoderInputIds());
              assertArrayEquals(want.encoderLabels(), got.encoderLabels());
              assertArrayEquals(want.visibleBits(), got.visibleBits());
            }
          }
        }
        assertThrows(IllegalStateException.class, () -> queue.next(1, STEPS, 0));
      }
    }
    assertEquals(0, threads());
  }

  @Test
  void anythingButTheNextInOrderIsRefused() throws IOException {
    try (CorpusBatches<BatchArrays> ahead = batches(new Rows());
        BatchQueue<BatchArrays> queue = BatchQueue.start(ahead, order(0), 2)) {
      String message =
          assertThrows(IllegalStateException.class, () -> queue.next(2, 0, 0)).getMessage();

      assertTrue(message.contains("step 0, logical shard 2, micro-batch 0"), message);
      assertTrue(message.contains("step 0, logical shard 1, micro-batch 0"), message);
      assertEquals(2, queue.next(1, 0, 0).rows());
    }
  }

  @Test
  void errorsKeepTheirTypeAndComeAfterWhatWasBuiltBefore() throws IOException {
    for (Throwable cause :
        List.of(
            new IOException("no connection"),
            new CorruptDataException("shard 3: damaged"),
            new OutOfMemoryError("heap"))) {
      Rows failing =
          new Rows() {
            private int left = SamplePlan.WINDOW; // the first window of the first logical shard

            @Override
            public int[][] read(int rowGroup) throws IOException {
              if (left-- > 0) {
                return super.read(rowGroup);
              }
              if (cause instanceof IOException e) {
                throw e;
              }
              if (cause instanceof Error e) {
                throw e;
              }
              throw (RuntimeException) cause;
            }
          };
      try (CorpusBatches<BatchArrays> ahead = batches(failing);
          BatchQueue<BatchArrays> queue = BatchQueue.start(ahead, order(0), 1)) {
        for (int k = 0; k < 3; k++) {
          queue.next(1, 0, k);
        }

        assertSame(cause, assertThrows(cause.getClass(), () -> queue.next(2, 0, 0)));
        assertSame(cause, assertThrows(cause.getClass(), () -> queue.next(2, 0, 0)), "again");
      }
    }
    assertEquals(0, threads());
  }

  @Test
  void aFullQueueBuildsNoMoreAndCloses() throws IOException {
    AtomicInteger groups = new AtomicInteger();
    Rows counting =
        new Rows() {
          @Override
          public int[][] read(int rowGroup) throws IOException {
            groups.incrementAndGet();
            return super.read(rowGroup);
          }
        };
    BatchQueue<BatchArrays> queue;
    try (CorpusBatches<BatchArrays> ahead = batches(counting)) {
      queue = BatchQueue.start(ahead, order(0), 3);
      while (groups.get() < 2 * SamplePlan.WINDOW || !waits()) {
        Thread.onSpinWait(); // shard 1 fills the queue, the first batch of shard 2 has no place
      }
      queue.close();
    }

    assertEquals(2 * SamplePlan.WINDOW, groups.get(), "later steps would need more");
    assertEquals(0, threads());
    assertThrows(IllegalStateException.class, () -> queue.next(1, 0, 0));
  }

  private static boolean waits() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("retromae-batches"))
        .anyMatch(thread -> thread.getState() == Thread.State.WAITING);
  }

  @Test
  void closingEndsABuilderThatWaitsForStorage() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    Rows stuck =
        new Rows() {
          @Override
          public int[][] read(int rowGroup) throws IOException {
            reading.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
            throw new AssertionError();
          }
        };
    try (CorpusBatches<BatchArrays> ahead = batches(stuck);
        BatchQueue<BatchArrays> queue = BatchQueue.start(ahead, order(0), 1)) {
      reading.await();
      Thread.currentThread().interrupt();

      assertThrows(InterruptedIOException.class, () -> queue.next(1, 0, 0));
      assertTrue(Thread.interrupted(), "the flag stays for others to see");
    }
    assertFalse(Thread.interrupted());
    assertEquals(0, threads());
  }
}
