package io.retromae.training.nccl;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import io.retromae.core.failure.ConfigException;

/**
 * NCCL and CUDA's runtime, as this process finds them.
 *
 * @param nccl NCCL
 * @param cuda CUDA's runtime
 */
public record GpuLibraries(Nccl nccl, CudaRuntime cuda) {
  /**
   * Finds and loads both; needs no GPU.
   *
   * @throws ConfigException saying where was looked and how to mend it
   */
  public static GpuLibraries load() {
    return new GpuLibraries(
        bind(
            new LibrarySearch(
                "retromae.nccl.library", "NCCL_LIBRARY", "libnccl.so", "libnccl.so.2"),
            "ncclCommInitRankConfig",
            Nccl.class),
        bind(
            new LibrarySearch(
                "retromae.cudart.library", "CUDART_LIBRARY", "libcudart", "libcudart.so.12"),
            "cudaStreamQuery",
            CudaRuntime.class));
  }

  static <T extends Library> T bind(LibrarySearch search, String symbol, Class<T> functions) {
    return Native.load(search.find(symbol), functions);
  }

  /** NCCL's version, 22602 for 2.26.2; all ranks must have the same. */
  public int version() {
    IntByReference version = new IntByReference();
    NcclException.check(nccl, "ncclGetVersion", nccl.ncclGetVersion(version));
    return version.getValue();
  }
}
