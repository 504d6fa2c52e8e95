package io.retromae.training.collective;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.memory.VectorMemory;

/** A world of one rank. */
public final class LocalCollective implements Collective {
  private final FirstCause cause = new FirstCause();

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int worldSize() {
    return 1;
  }

  @Override
  public boolean onDevice() {
    return true; // a sum over one rank need not move
  }

  @Override
  public void allReduceSum(VectorMemory values) {
    check();
  }

  @Override
  public void reduceScatterSum(VectorMemory values) {
    check();
  }

  @Override
  public void allGather(VectorMemory values) {
    check();
  }

  @Override
  public void broadcast(VectorMemory values, int root) {
    check();
  }

  @Override
  public Parts.Part part(long size, int rank) {
    return Parts.of(size, rank, 1);
  }

  @Override
  public byte[][] allGather(byte[] message) {
    check();
    return new byte[][] {message.clone()};
  }

  @Override
  public void barrier() {
    check();
  }

  @Override
  public Times times() {
    return new Times(0, 0);
  }

  @Override
  public void abort(String reason) {
    cause.set(reason);
  }

  private void check() {
    cause
        .get()
        .ifPresent(
            reason -> {
              throw new ClusterException(reason);
            });
  }

  @Override
  public void close() {
    // nothing is open
  }
}
