package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The memory of a CPU tensor as a direct buffer, without a copy. DJL copies in both directions
 * through the Java heap; for gradients that would cost more than the all-reduce itself. The address
 * comes from libtorch's stable C interface ({@code aoti_torch_get_data_ptr}), called in the very
 * library that DJL has loaded.
 */
public final class TensorMemory {
  private TensorMemory() {}

  /** Looked up when first used, after DJL has loaded libtorch. */
  private static final class LibTorch {
    static final Function DATA_POINTER =
        NativeLibrary.getInstance(loadedLibrary("libtorch_cpu.so"))
            .getFunction("aoti_torch_get_data_ptr");

    private static String loadedLibrary(String name) {
      try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
        return maps.filter(line -> line.endsWith("/" + name))
            .map(line -> line.substring(line.indexOf('/')))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(name + " is not loaded"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * A view of a contiguous CPU tensor's values; valid while the array is open.
   *
   * @return direct, little-endian, position 0 to the tensor's last byte (at most 2^31 - 1 bytes)
   */
  public static ByteBuffer of(NDArray array) {
    long bytes = array.size() * array.getDataType().getNumOfBytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor of %d bytes (must be at most %d)".formatted(bytes, Integer.MAX_VALUE));
    }
    PointerByReference address = new PointerByReference();
    Pointer handle = new Pointer(((PtNDArray) array).getHandle());
    int error = LibTorch.DATA_POINTER.invokeInt(new Object[] {handle, address});
    if (error != 0) {
      throw new IllegalStateException("libtorch gave no address for " + array.getShape());
    }
    return address.getValue().getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
  }
}
