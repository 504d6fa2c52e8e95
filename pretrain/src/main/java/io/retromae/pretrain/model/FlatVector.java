package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;

/** A native vector in the layout of the parameters: gradients or a moment of the optimizer. */
public final class FlatVector {
  private final NDArray array;

  FlatVector(NDArray array) {
    this.array = array;
  }

  NDArray array() {
    return array;
  }

  /** Its values, live. */
  public ByteBuffer memory() {
    return TensorMemory.of(array);
  }
}
