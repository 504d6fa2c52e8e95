package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import io.retromae.training.memory.HostVector;
import java.io.IOException;

/** A chain from the root over all ranks: each passes a bucket on while the next one comes in. */
final class Broadcast {
  /** 4 MB of float32. */
  private static final int BUCKET = 1 << 20;

  private final Exchange exchange;
  private final int rank;
  private final int world;

  Broadcast(Exchange exchange, int rank, int world) {
    this.exchange = exchange;
    this.rank = rank;
    this.world = world;
  }

  /** Gives every rank the root's values. */
  void run(OperationId operation, HostVector values, int root) throws IOException {
    int next = (rank + 1) % world;
    int previous = (rank - 1 + world) % world;
    Span all = Span.whole(values);
    for (long offset = 0; offset == 0 || offset < all.count(); offset += BUCKET) {
      Span bucket = all.bucket(offset, BUCKET);
      if (rank != root) {
        exchange.take(previous, operation, bucket, WireType.FLOAT32);
      }
      if (next != root) {
        exchange.send(next, operation, bucket, WireType.FLOAT32);
      }
    }
  }
}
