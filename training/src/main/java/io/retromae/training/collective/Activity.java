package io.retromae.training.collective;

import java.util.BitSet;

/**
 * What this rank is doing, and where its time went. One thread runs operations, others move bytes
 * for it and watch.
 */
final class Activity {
  private final WaitHistory waits = new WaitHistory();
  private final BitSet met = new BitSet();
  private volatile long begun;
  private volatile boolean busy;
  private volatile int awaited;
  private volatile long movedAt = System.nanoTime();
  private volatile long waitingSince;
  private long startedAt;
  private long idleInOperation;
  private long totalNanos;
  private long idleNanos;

  /** Begins the next operation. */
  synchronized OperationId begin(OperationId.Kind kind) {
    startedAt = System.nanoTime();
    movedAt = startedAt;
    idleInOperation = 0;
    met.clear();
    begun++;
    busy = true;
    return new OperationId(begun, kind);
  }

  /** Ends the operation. */
  synchronized void end() {
    noteArrival();
    busy = false;
    totalNanos += System.nanoTime() - startedAt;
    idleNanos += idleInOperation;
    waits.add(idleInOperation);
  }

  /** From here on the operation waits for bytes of this peer. */
  synchronized void await(int peer) {
    awaited = peer;
    if (!met.get(peer)) {
      met.set(peer);
      waitingSince = System.nanoTime() | 1; // zero is for not waiting
    }
  }

  /** Bytes have left. */
  void sent() {
    movedAt = System.nanoTime();
  }

  /** Bytes have come. */
  void received() {
    movedAt = System.nanoTime();
    if (waitingSince != 0) {
      noteArrival();
    }
  }

  private synchronized void noteArrival() {
    if (waitingSince != 0) {
      idleInOperation += System.nanoTime() - waitingSince;
      waitingSince = 0;
    }
  }

  /** Number of the newest operation. */
  long begun() {
    return begun;
  }

  /** Whether an operation is under way. */
  boolean busy() {
    return busy;
  }

  /** The peer whose bytes the operation waits for. */
  int awaited() {
    return awaited;
  }

  /** Nanoseconds since bytes moved in the operation; zero outside of operations. */
  long standingStill() {
    return busy ? System.nanoTime() - movedAt : 0;
  }

  /** Nanoseconds for which no byte of the awaited peer has come yet. */
  long waiting() {
    long since = waitingSince;
    return busy && since != 0 ? System.nanoTime() - since : 0;
  }

  /** Earlier operations' waits. */
  WaitHistory waits() {
    return waits;
  }

  synchronized Collective.Times times() {
    return new Collective.Times(totalNanos / 1e6, idleNanos / 1e6);
  }
}
