package io.retromae.training.nccl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/** The functions of CUDA's runtime that we call; each returns a {@code cudaError_t}. */
interface CudaRuntime extends Library {
  /** {@code cudaSuccess}. */
  int SUCCESS = 0;

  /** {@code cudaErrorNotReady}: the stream has work left. */
  int NOT_READY = 600;

  int cudaRuntimeGetVersion(IntByReference version);

  /** For the calling thread, from here on. */
  int cudaSetDevice(int device);

  /** Never waits; null is the device's default stream. */
  int cudaStreamQuery(Pointer stream);

  String cudaGetErrorString(int error);
}
