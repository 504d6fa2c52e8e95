package io.retromae.training.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Pointer;
import io.retromae.training.memory.HostVector;

/**
 * The memory of a tensor, without a copy. DJL copies in both directions through the Java heap; for
 * gradients that would cost more than the all-reduce itself.
 */
final class TensorAddress {
  private TensorAddress() {}

  /** A view of a contiguous CPU tensor's values; valid while the array is open. */
  static HostVector of(NDArray array) {
    if (array.getDevice().isGpu()) {
      throw new IllegalArgumentException("tensor on " + array.getDevice() + ": not in host memory");
    }
    return HostVector.at(pointer(array), array.size(), array.getDataType().getNumOfBytes());
  }

  /** Where a contiguous tensor's values begin, on its device. */
  static long address(NDArray array) {
    return Pointer.nativeValue(pointer(array));
  }

  private static Pointer pointer(NDArray array) {
    return LibTorch.data(new Pointer(((PtNDArray) array).getHandle()));
  }
}
