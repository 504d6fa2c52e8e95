package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of a CPU tensor as a direct buffer, without a copy. DJL copies in both directions
 * through the Java heap; for gradients that would cost more than the all-reduce itself.
 */
final class TensorMemory {
  private TensorMemory() {}

  /**
   * A view of a contiguous CPU tensor's values; valid while the array is open.
   *
   * @return direct, little-endian, position 0 to the tensor's last byte (at most 2^31 - 1 bytes)
   */
  static ByteBuffer of(NDArray array) {
    if (array.getDevice().isGpu()) {
      throw new IllegalArgumentException("tensor on " + array.getDevice() + ": not in host memory");
    }
    long bytes = array.size() * array.getDataType().getNumOfBytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor of %d bytes (must be at most %d)".formatted(bytes, Integer.MAX_VALUE));
    }
    Pointer handle = new Pointer(((PtNDArray) array).getHandle());
    return LibTorch.data(handle).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
  }
}
