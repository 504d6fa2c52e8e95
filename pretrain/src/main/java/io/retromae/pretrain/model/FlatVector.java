package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.retromae.pretrain.memory.DeviceVector;
import io.retromae.pretrain.memory.HostVector;
import io.retromae.pretrain.memory.VectorMemory;

/**
 * A native vector in the layout of the parameters: the parameters themselves, gradients or a moment
 * of the optimizer. Its values are read and written on the host: {@link #fetch}, then, after a
 * change, {@link #store}.
 */
public final class FlatVector {
  private final NDArray array;
  private final NDArray decayed;
  private final NDArray notDecayed;
  private final HostMemory host;

  FlatVector(NDArray array, ParameterLayout layout, HostMemory host) {
    this.array = array;
    this.decayed = array.get(new NDIndex("0:" + layout.decayedSize()));
    this.notDecayed = array.get(new NDIndex(layout.decayedSize() + ":" + layout.size()));
    this.host = host;
  }

  /** How a vector's values come to the host and back. */
  interface HostMemory {
    /** The values now. */
    HostVector fetch(NDArray array);

    /** Takes up what was written to what {@link #fetch} gave. */
    void store(NDArray array);
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

  /**
   * Its values on the host. On the CPU this is the vector itself; of one on a GPU it is a copy in
   * pinned memory, the same each time, valid until the vector changes.
   */
  public HostVector fetch() {
    return host.fetch(array);
  }

  /** Where its values lie: on the host or on a GPU. */
  public VectorMemory inPlace() {
    return array.getDevice().isGpu()
        ? new DeviceVector(
            TensorMemory.address(array), array.size(), array.getDevice().getDeviceId())
        : host.fetch(array);
  }

  /** Takes up what was written to what {@link #fetch} gave. */
  public void store() {
    host.store(array);
  }
}
