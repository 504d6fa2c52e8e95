package io.retromae.training.nccl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * NCCL and CUDA's runtime themselves, on a machine without a driver: {@code
 * -Dretromae.nccl.library=PATH -Dretromae.cudart.library=PATH}.
 */
@EnabledIfSystemProperty(named = "retromae.nccl.library", matches = ".+")
@EnabledIfSystemProperty(named = "retromae.cudart.library", matches = ".+")
@Timeout(60)
class NcclLibraryTest {
  private final GpuLibraries gpu = GpuLibraries.load();

  static boolean hasDriver() {
    try {
      NativeLibrary.getInstance("libcuda.so.1");
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  @Test
  void everyFunctionIsThere() {
    NativeLibrary nccl = NativeLibrary.getInstance(System.getProperty("retromae.nccl.library"));
    NativeLibrary cuda = NativeLibrary.getInstance(System.getProperty("retromae.cudart.library"));

    for (Method function : Nccl.class.getDeclaredMethods()) {
      nccl.getFunction(function.getName());
    }
    for (Method function : CudaRuntime.class.getDeclaredMethods()) {
      cuda.getFunction(function.getName());
    }
  }

  @Test
  void versionsAreThoseOfTheFields() {
    IntByReference cuda = new IntByReference();

    assertEquals(CudaRuntime.SUCCESS, gpu.cuda().cudaRuntimeGetVersion(cuda));
    assertTrue(cuda.getValue() >= 12_000, "CUDA " + cuda.getValue());
    assertTrue(gpu.version() >= NcclConfig.VERSION, "NCCL " + gpu.version());
  }

  @Test
  void idsDiffer() {
    UniqueId first = new UniqueId();
    UniqueId second = new UniqueId();

    assertEquals(Nccl.SUCCESS, gpu.nccl().ncclGetUniqueId(first));
    assertEquals(Nccl.SUCCESS, gpu.nccl().ncclGetUniqueId(second));

    assertFalse(Arrays.equals(first.internal, second.internal));
  }

  @Test
  void resultsHaveTheNamesOfTheHeader() {
    assertEquals("no error", gpu.nccl().ncclGetErrorString(Nccl.SUCCESS));
    assertTrue(gpu.nccl().ncclGetErrorString(Nccl.IN_PROGRESS).contains("in progress"));
    assertTrue(gpu.cuda().cudaGetErrorString(CudaRuntime.NOT_READY).contains("not ready"));
  }

  @Test
  @DisabledIf("hasDriver")
  void withoutADriverJoiningFailsInNvidiasWords() {
    UniqueId id = new UniqueId();
    gpu.nccl().ncclGetUniqueId(id);
    var own = new UniqueId.ByValue(id.internal);

    var e =
        assertThrows(
            NcclException.class, () -> Communicator.join(gpu, 0, own, 0, 1, NcclLibraryTest::late));

    assertTrue(e.getMessage().contains("CUDA driver version is insufficient"), e.getMessage());
    assertTrue(gpu.cuda().cudaStreamQuery(Pointer.NULL) > 0);
  }

  /** The device is not asked first here, so that NCCL itself meets the missing driver. */
  @Test
  @DisabledIf("hasDriver")
  void withoutADriverNcclGivesAnErrorAndNeitherHangsNorCrashes() {
    UniqueId id = new UniqueId();
    gpu.nccl().ncclGetUniqueId(id);
    var own = new UniqueId.ByValue(id.internal);
    GpuLibraries unasked = new GpuLibraries(gpu.nccl(), new AnyDevice());

    var e =
        assertThrows(
            NcclException.class,
            () -> Communicator.join(unasked, 0, own, 0, 1, NcclLibraryTest::late));

    assertTrue(
        e.getMessage().contains("ncclCommInitRankConfig: unhandled cuda error"), e.getMessage());
  }

  private static void late() {
    if (Thread.currentThread().isInterrupted()) { // by the time limit of the class
      throw new IllegalStateException("still waiting");
    }
  }

  /** Takes every device for granted. */
  private static final class AnyDevice implements CudaRuntime {
    @Override
    public int cudaRuntimeGetVersion(IntByReference version) {
      return SUCCESS;
    }

    @Override
    public int cudaSetDevice(int device) {
      return SUCCESS;
    }

    @Override
    public int cudaStreamQuery(Pointer stream) {
      return SUCCESS;
    }

    @Override
    public String cudaGetErrorString(int error) {
      return "error " + error;
    }
  }
}
