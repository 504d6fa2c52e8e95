package io.retromae.training.loop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Micro-batches built ahead of the trainer by a thread of its own, in the order in which the
 * trainer asks. What it hands out is what {@link BatchSource#next} gives; only the time of building
 * changes. Holds at most {@code capacity} built batches and the one being built. Owns the thread;
 * the batches' source stays the caller's, who closes it after this.
 *
 * @param <S> a micro-batch
 */
public final class BatchQueue<S> implements BatchSource<S> {
  private static final long JOIN_MILLIS = 10;

  private final Order order;
  private final BlockingQueue<Built<S>> ready;
  private final Thread builder;
  private volatile boolean closed;
  private Place next;
  private Optional<Built.Failure<S>> failed = Optional.empty();

  private BatchQueue(BatchSource<S> batches, Order order, int capacity) {
    this.order = order;
    this.next = order.first();
    this.ready = new ArrayBlockingQueue<>(capacity);
    this.builder = new Thread(() -> build(batches), "retromae-batches");
    builder.setDaemon(true);
  }

  /**
   * What a rank reads: for each step, for each of its logical shards, for each micro-batch.
   *
   * @param firstStep steps done before
   * @param endStep steps done at the end
   * @param firstShard its first logical shard
   * @param endShard the one after its last
   * @param microBatches of each logical shard in a step
   */
  public record Order(
      long firstStep, long endStep, int firstShard, int endShard, int microBatches) {
    Place first() {
      return new Place(firstStep, firstShard, 0);
    }

    Place after(Place place) {
      if (place.microBatch() + 1 < microBatches) {
        return new Place(place.step(), place.logicalShard(), place.microBatch() + 1);
      }
      return place.logicalShard() + 1 < endShard
          ? new Place(place.step(), place.logicalShard() + 1, 0)
          : new Place(place.step() + 1, firstShard, 0);
    }
  }

  /** Where a micro-batch belongs. */
  private record Place(long step, int logicalShard, int microBatch) {
    @Override
    public String toString() {
      return "step %d, logical shard %d, micro-batch %d".formatted(step, logicalShard, microBatch);
    }
  }

  /** What the thread hands over: a batch, or why there is none. */
  private sealed interface Built<S> {
    record Batch<S>(S batch) implements Built<S> {}

    record Failure<S>(Throwable cause) implements Built<S> {}
  }

  /**
   * Starts building.
   *
   * @param batches used by the new thread alone until this is closed
   * @param capacity batches that may wait, at least 1
   */
  public static <S> BatchQueue<S> start(BatchSource<S> batches, Order order, int capacity) {
    BatchQueue<S> queue = new BatchQueue<>(batches, order, capacity);
    queue.builder.start();
    return queue;
  }

  private void build(BatchSource<S> batches) {
    try {
      for (Place place = order.first();
          place.step() < order.endStep() && !closed;
          place = order.after(place)) {
        ready.put(
            new Built.Batch<>(
                batches.next(place.logicalShard(), place.step(), place.microBatch())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed while the queue was full
    } catch (Throwable e) { // whatever it is, the trainer must not wait for ever
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    try {
      ready.put(new Built.Failure<>(cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed: nobody will ask
    }
  }

  /**
   * The next micro-batch; waits until it is built.
   *
   * @throws IOException what the building thread met, as {@link BatchSource#next} throws it
   *     (unchecked exceptions and errors too); {@link InterruptedIOException} if interrupted
   * @throws IllegalStateException if another than the next one in order is asked for
   */
  @Override
  public S next(int logicalShard, long step, int microBatch) throws IOException {
    Place asked = new Place(step, logicalShard, microBatch);
    if (closed || !asked.equals(next) || step >= order.endStep()) {
      throw new IllegalStateException(
          "asked for %s, next is %s of %s%s"
              .formatted(asked, next, order, closed ? ", closed" : ""));
    }
    if (failed.isEmpty() && take() instanceof Built.Batch<S> built) {
      next = order.after(next);
      return built.batch();
    }
    throw rethrown(failed.orElseThrow().cause());
  }

  private Built<S> take() throws InterruptedIOException {
    try {
      Built<S> built = ready.take();
      if (built instanceof Built.Failure<S> failure) {
        failed = Optional.of(failure);
      }
      return built;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a micro-batch");
    }
  }

  private static RuntimeException rethrown(Throwable cause) throws IOException {
    if (cause instanceof IOException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return (RuntimeException) cause;
  }

  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    builder.interrupt();
    while (builder.isAlive()) {
      ready.clear(); // in case a library has swallowed the interruption
      try {
        builder.join(JOIN_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
