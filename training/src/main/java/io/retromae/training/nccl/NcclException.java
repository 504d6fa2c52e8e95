package io.retromae.training.nccl;

import com.sun.jna.Pointer;

/** A call that failed, with the library's own words. */
final class NcclException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private NcclException(String message) {
    super(message);
  }

  /** Throws unless a call of NCCL has succeeded or is in progress. */
  static void check(Nccl nccl, String call, int result) {
    if (result != Nccl.SUCCESS && result != Nccl.IN_PROGRESS) {
      String last = nccl.ncclGetLastError(Pointer.NULL);
      throw new NcclException(
          "%s: %s (NCCL error %d)%s"
              .formatted(
                  call,
                  nccl.ncclGetErrorString(result),
                  result,
                  last == null || last.isBlank() ? "" : ": " + last.strip()));
    }
  }

  /** Throws unless a call of CUDA's runtime has succeeded. */
  static void check(CudaRuntime cuda, String call, int error) {
    if (error != CudaRuntime.SUCCESS) {
      throw new NcclException(
          "%s: %s (CUDA error %d)".formatted(call, cuda.cudaGetErrorString(error), error));
    }
  }
}
