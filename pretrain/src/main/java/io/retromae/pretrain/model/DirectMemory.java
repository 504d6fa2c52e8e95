package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import io.retromae.pretrain.memory.HostVector;

/** The memory of a vector that is on the host. */
final class DirectMemory implements FlatVector.HostMemory {
  @Override
  public HostVector fetch(NDArray array) {
    return TensorMemory.of(array);
  }

  @Override
  public void store(NDArray array) {
    // what was written, was written to the vector
  }
}
