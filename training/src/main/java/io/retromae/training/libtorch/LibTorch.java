package io.retromae.training.libtorch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What DJL does not offer of the libtorch that it has loaded: the address of a tensor, by the
 * stable C interface ({@code aoti_torch_get_data_ptr}), and the process-wide switches of {@code
 * at::Context}, by their C++ symbols.
 */
final class LibTorch {
  private static final Logger LOG = LoggerFactory.getLogger(LibTorch.class);

  private LibTorch() {}

  /** Looked up when first used, after DJL has loaded libtorch. */
  private static final class Loaded {
    static final NativeLibrary LIBRARY = NativeLibrary.getInstance(path("libtorch_cpu.so"));
    static final Function DATA_POINTER = LIBRARY.getFunction("aoti_torch_get_data_ptr");

    private static String path(String name) {
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

  /** Where a tensor's values begin. */
  static Pointer data(Pointer tensor) {
    PointerByReference address = new PointerByReference();
    int error = Loaded.DATA_POINTER.invokeInt(new Object[] {tensor, address});
    if (error != 0) {
      throw new IllegalStateException("libtorch gave no address: error " + error);
    }
    return address.getValue();
  }

  /** Whether a GPU may round the factors of float32 products to TF32 (10 bits of mantissa). */
  static void allowTf32(boolean allowed) {
    set("_ZN2at7Context18setAllowTF32CuBLASEb", allowed);
    set("_ZN2at7Context17setAllowTF32CuDNNEb", allowed);
  }

  /** Whether {@link #allowTf32} is on. */
  static boolean allowsTf32() {
    Function get = Loaded.LIBRARY.getFunction("_ZNK2at7Context15allowTF32CuBLASEv");
    return (get.invokeInt(new Object[] {context()}) & 0xff) != 0;
  }

  /**
   * Lets a GPU use kernels that give equal bits each time where there are any, and warn where not:
   * fused attention's backward pass has none.
   */
  static void deterministic() {
    Function set = Loaded.LIBRARY.getFunction("_ZN2at7Context26setDeterministicAlgorithmsEbb");
    set.invokeVoid(new Object[] {context(), 1, 1});
  }

  /**
   * Lets operations that the calling thread starts run on it alone, whatever the process-wide
   * number is: OpenMP and MKL keep a number for each thread.
   */
  static void alone() {
    Loaded.LIBRARY
        .getFunction("_ZN2at15get_num_threadsEv")
        .invokeInt(new Object[0]); // sets it once
    Loaded.LIBRARY.getFunction("omp_set_num_threads").invokeVoid(new Object[] {1});
    try {
      Loaded.LIBRARY.getFunction("MKL_Set_Num_Threads_Local").invokeInt(new Object[] {1});
    } catch (UnsatisfiedLinkError e) { // a libtorch that was built without MKL
      LOG.debug("event=no_mkl reason={}", e.getMessage());
    }
  }

  private static void set(String symbol, boolean value) {
    Object[] arguments = {context(), value ? 1 : 0};
    Loaded.LIBRARY.getFunction(symbol).invokeVoid(arguments);
  }

  private static Pointer context() {
    return Loaded.LIBRARY.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
  }
}
