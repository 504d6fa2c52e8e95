package io.retromae.training.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.util.Optional;
import java.util.UUID;

/**
 * The UUIDs by which NVIDIA's driver knows GPUs (and MIG devices), the same in every process and
 * container of a host, where indices are not. Asks the driver's C interface.
 */
final class GpuUuids {
  private static final String DRIVER = "libcuda.so.1";
  private static final int UUID_BYTES = 16;
  private static final int SUCCESS = 0;

  private GpuUuids() {}

  /**
   * The UUID of a GPU.
   *
   * @param index CUDA's in this process
   * @return empty without a driver, or if it shows no such GPU
   */
  static Optional<String> of(int index) {
    try {
      NativeLibrary driver = NativeLibrary.getInstance(DRIVER);
      IntByReference device = new IntByReference();
      try (Memory uuid = new Memory(UUID_BYTES)) {
        boolean known =
            call(driver, "cuInit", 0) == SUCCESS
                && call(driver, "cuDeviceGet", device, index) == SUCCESS
                && call(driver, "cuDeviceGetUuid_v2", uuid, device.getValue()) == SUCCESS;
        return known ? Optional.of(text(uuid)) : Optional.empty();
      }
    } catch (UnsatisfiedLinkError e) { // no driver, or one without this function
      return Optional.empty();
    }
  }

  private static int call(NativeLibrary driver, String name, Object... arguments) {
    return driver.getFunction(name).invokeInt(arguments);
  }

  private static String text(Memory uuid) {
    long high = Long.reverseBytes(uuid.getLong(0)); // bytes are in the order of the text
    long low = Long.reverseBytes(uuid.getLong(Long.BYTES));
    return new UUID(high, low).toString();
  }
}
