package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * For any number of ranks: the owner of each part collects it from all, bucket by bucket, adds in
 * the tree's order and gives the sum to all. A ring would send as many bytes in more steps, and its
 * order of addition would differ from part to part.
 */
final class OwnerSum implements Reduction {
  /** 1 MB of float32 from each rank at a time. */
  static final int BUCKET = 1 << 18;

  /** Values received at a time from all ranks together, at most: 64 MB of float32. */
  private static final int MAX_RECEIVED = 1 << 24;

  private final Exchange exchange;
  private final int rank;
  private final int world;
  private final int bucket;
  private final FloatSum sums = new FloatSum();
  private final HostVector[] received;

  OwnerSum(Exchange exchange, int rank, int world) {
    this.exchange = exchange;
    this.rank = rank;
    this.world = world;
    this.bucket = Math.min(BUCKET, MAX_RECEIVED / world);
    this.received = new HostVector[world];
    java.util.Arrays.fill(received, HostVector.allocate(0));
  }

  @Override
  public void reduceScatter(OperationId operation, HostVector values, WireType type)
      throws IOException {
    long longest = 0;
    for (int owner = 0; owner < world; owner++) {
      longest = Math.max(longest, part(values.size(), owner).size());
    }
    for (long offset = 0; offset == 0 || offset < longest; offset += bucket) {
      sumBucket(operation, values, offset, type);
    }
  }

  private void sumBucket(OperationId operation, HostVector values, long offset, WireType type)
      throws IOException {
    Span own = bucket(values, rank, offset);
    ByteBuffer[] parts = new ByteBuffer[world];
    parts[rank] = own.slice(0, (int) own.count());
    for (int shift = 1; shift < world; shift++) {
      int to = (rank + shift) % world;
      Span given = bucket(values, to, offset);
      if (offset == 0 || given.count() > 0) {
        exchange.send(to, operation, given, type);
      }
    }
    if (offset > 0 && own.count() == 0) {
      return;
    }
    for (int shift = 1; shift < world; shift++) {
      int from = (rank - shift + world) % world;
      Span target = new Span(space(from, own.count()), 0, own.count());
      exchange.take(from, operation, target, type);
      parts[from] = target.slice(0, (int) own.count());
    }
    ByteBuffer sum = treeSum(parts);
    if (sum != parts[rank]) {
      parts[rank].put(sum);
    }
  }

  private Span bucket(HostVector values, int owner, long offset) {
    return Span.of(values, part(values.size(), owner)).bucket(offset, bucket);
  }

  private HostVector space(int from, long count) {
    if (received[from].size() < count) {
      received[from] = HostVector.allocate(count);
    }
    return received[from];
  }

  /** Adds in the order in which a binary counter carries; the left one of two is overwritten. */
  private ByteBuffer treeSum(ByteBuffer[] parts) {
    List<ByteBuffer> pending = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      ByteBuffer node = parts[i];
      for (int carry = i; (carry & 1) == 1; carry >>= 1) {
        node = addToLast(pending, node);
      }
      pending.add(node);
    }
    ByteBuffer sum = pending.remove(pending.size() - 1);
    while (!pending.isEmpty()) {
      sum = addToLast(pending, sum);
    }
    return sum;
  }

  private ByteBuffer addToLast(List<ByteBuffer> pending, ByteBuffer node) {
    ByteBuffer left = pending.remove(pending.size() - 1);
    sums.add(left, node);
    return left;
  }

  @Override
  public void allGather(OperationId operation, HostVector values, WireType type)
      throws IOException {
    Span own = Span.of(values, part(values.size(), rank));
    for (int shift = 1; shift < world; shift++) {
      exchange.send((rank + shift) % world, operation, own, type);
    }
    for (int shift = 1; shift < world; shift++) {
      int from = (rank - shift + world) % world;
      exchange.take(from, operation, Span.of(values, part(values.size(), from)), type);
    }
  }

  @Override
  public Parts.Part part(long size, int owner) {
    return Parts.of(size, owner, world);
  }
}
