package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.nio.ByteBuffer;

/**
 * A native vector in the layout of the parameters: the parameters themselves, gradients or a moment
 * of the optimizer.
 */
public final class FlatVector {
  private final NDArray array;
  private final NDArray decayed;
  private final NDArray notDecayed;

  FlatVector(NDArray array, ParameterLayout layout) {
    this.array = array;
    this.decayed = array.get(new NDIndex("0:" + layout.decayedSize()));
    this.notDecayed = array.get(new NDIndex(layout.decayedSize() + ":" + layout.size()));
  }

  NDArray array() {
    return array;
  }

  /** View of the part that weight decay applies to. */
  NDArray decayed() {
    return decayed;
  }

  /** View of the rest. */
  NDArray notDecayed() {
    return notDecayed;
  }

  /** Its values, live. */
  public ByteBuffer memory() {
    return TensorMemory.of(array);
  }

  /**
   * Its values for reading on the host. On the CPU this is the vector itself; on another device a
   * copy, which {@link #store} brings back after a change.
   */
  public ByteBuffer fetch() {
    return memory();
  }

  /** Takes up what was written to the buffer of {@link #fetch}. */
  public void store() {
    // on the CPU the buffer is the vector
  }
}
