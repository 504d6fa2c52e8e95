package io.retromae.training.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What NVIDIA's driver tells of a GPU; asks its C interface. */
final class GpuDriver {
  private static final String DRIVER = "libcuda.so.1";
  private static final int UUID_BYTES = 16;
  private static final int NAME_BYTES = 256;
  private static final int SUCCESS = 0;

  private GpuDriver() {}

  /**
   * The UUID by which the driver knows a GPU (or MIG device), the same in every process and
   * container of a host, where indices are not.
   *
   * @param index CUDA's in this process
   * @return empty without a driver, or if it shows no such GPU
   */
  static Optional<String> uuid(int index) {
    return ask(index, UUID_BYTES, "cuDeviceGetUuid_v2", false, GpuDriver::text);
  }

  /**
   * The product's name, such as {@code NVIDIA H200}.
   *
   * @param index CUDA's in this process
   * @return empty without a driver, or if it shows no such GPU
   */
  static Optional<String> name(int index) {
    return ask(index, NAME_BYTES, "cuDeviceGetName", true, memory -> memory.getString(0));
  }

  /**
   * Asks for one value.
   *
   * @param sized whether the function wants to know how much room it has
   */
  private static Optional<String> ask(
      int index, int bytes, String function, boolean sized, Function<Memory, String> text) {
    try {
      NativeLibrary driver = NativeLibrary.getInstance(DRIVER);
      IntByReference device = new IntByReference();
      try (Memory memory = new Memory(bytes)) {
        memory.clear();
        boolean there =
            call(driver, "cuInit", 0) == SUCCESS
                && call(driver, "cuDeviceGet", device, index) == SUCCESS;
        boolean known =
            there
                && (sized
                        ? call(driver, function, memory, bytes, device.getValue())
                        : call(driver, function, memory, device.getValue()))
                    == SUCCESS;
        return known ? Optional.of(text.apply(memory)) : Optional.empty();
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
