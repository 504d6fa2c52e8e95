package io.retromae.training.nccl;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * NCCL's communicator of one rank, made not to block. No call waits for another rank or for the
 * GPU: all waiting is a loop here, which a check can end. {@link #abort} may come from any thread.
 */
final class Communicator {
  /** A native call that takes longer hangs; only an abort beside it can end it. */
  private static final long CALL_SECONDS = 2;

  /** Asked without a pause for so long, as small operations take microseconds. */
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final GpuLibraries gpu;
  private final Pointer handle;
  private final ReentrantLock calls = new ReentrantLock();
  private final AtomicBoolean ended = new AtomicBoolean();

  private Communicator(GpuLibraries gpu, Pointer handle) {
    this.gpu = gpu;
    this.handle = handle;
  }

  /** Ends a wait by throwing. */
  interface Check {
    void run();
  }

  /** Puts work on the default stream. */
  interface Work {
    int enqueue(Pointer communicator);
  }

  /**
   * Joins the group of an id; returns when all its ranks have come.
   *
   * @param device index of this rank's GPU
   * @param check asked again and again meanwhile
   */
  static Communicator join(
      GpuLibraries gpu, int device, UniqueId.ByValue id, int rank, int worldSize, Check check) {
    NcclException.check(gpu.cuda(), "cudaSetDevice", gpu.cuda().cudaSetDevice(device));
    PointerByReference handle = new PointerByReference();
    try (Memory config = NcclConfig.nonBlocking()) {
      NcclException.check(
          gpu.nccl(),
          "ncclCommInitRankConfig",
          gpu.nccl().ncclCommInitRankConfig(handle, worldSize, id, rank, config));
      Communicator communicator = new Communicator(gpu, handle.getValue());
      try {
        communicator.awaitCalls("ncclCommInitRankConfig", check);
        return communicator;
      } catch (RuntimeException e) {
        communicator.abort();
        throw e;
      }
    }
  }

  /** Does some work and returns when the GPU has done it. */
  void run(String name, Work work, Check check) {
    call(name, () -> work.enqueue(handle));
    awaitCalls(name, check);
    awaitStream(name, check);
  }

  /** Several calls as one. */
  int group(Work... members) {
    int result = gpu.nccl().ncclGroupStart();
    for (Work member : members) {
      int status = member.enqueue(handle);
      result = failed(status) ? status : result;
    }
    int end = gpu.nccl().ncclGroupEnd();
    return failed(result) ? result : end;
  }

  private static boolean failed(int result) {
    return result != Nccl.SUCCESS && result != Nccl.IN_PROGRESS;
  }

  private interface NativeCall {
    int run();
  }

  private int call(String name, NativeCall call) {
    calls.lock();
    try {
      if (ended.get()) {
        throw new IllegalStateException(name + ": the communicator has ended");
      }
      int result = call.run();
      NcclException.check(gpu.nccl(), name, result);
      return result;
    } finally {
      calls.unlock();
    }
  }

  private void awaitCalls(String name, Check check) {
    IntByReference state = new IntByReference(Nccl.IN_PROGRESS);
    await(
        () -> {
          call(name, () -> gpu.nccl().ncclCommGetAsyncError(handle, state));
          NcclException.check(gpu.nccl(), name, state.getValue());
          return state.getValue() == Nccl.SUCCESS;
        },
        check);
  }

  private void awaitStream(String name, Check check) {
    IntByReference state = new IntByReference();
    await(
        () -> {
          int query = gpu.cuda().cudaStreamQuery(Pointer.NULL);
          if (query != CudaRuntime.NOT_READY) {
            NcclException.check(gpu.cuda(), name, query);
            return true;
          }
          // A peer's failure shows here, while the kernel goes on waiting for it.
          call(name, () -> gpu.nccl().ncclCommGetAsyncError(handle, state));
          NcclException.check(gpu.nccl(), name, state.getValue());
          return false;
        },
        check);
  }

  private interface Question {
    boolean isTrue();
  }

  private static void await(Question done, Check check) {
    long start = System.nanoTime();
    while (!done.isTrue()) {
      check.run();
      if (System.nanoTime() - start < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Ends all operations of this rank, those that wait as well; a second time does nothing. */
  void abort() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    // NCCL frees what other calls of this rank may be using: they end first, unless they hang.
    boolean quiet = awaitQuiet();
    try {
      gpu.nccl().ncclCommAbort(handle);
    } finally {
      if (quiet) {
        calls.unlock();
      }
    }
  }

  private boolean awaitQuiet() {
    boolean interrupted = Thread.interrupted(); // a cancelled task must clean up, too
    try {
      return calls.tryLock(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      return calls.tryLock();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Leaves the group in peace, as all its ranks must; else aborts. */
  void close(Check check) {
    if (ended.get()) {
      return;
    }
    try {
      call("ncclCommFinalize", () -> gpu.nccl().ncclCommFinalize(handle));
      awaitCalls("ncclCommFinalize", check);
    } catch (RuntimeException e) {
      abort();
      throw e;
    }
    if (ended.compareAndSet(false, true)) {
      gpu.nccl().ncclCommDestroy(handle);
    }
  }
}
