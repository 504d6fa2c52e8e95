package io.retromae.training.libtorch;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts libtorch in this process, once, with a fixed number of intra-op threads. */
public final class TorchRuntime {
  /** DJL's variable for a libtorch that is unpacked already, in an image for example. */
  private static final String OWN_LIBTORCH = "PYTORCH_LIBRARY_PATH";

  /** The CUDA that DJL has JNI for. */
  private static final String CUDA_FLAVOR = "cu128";

  private static boolean prepared;

  private TorchRuntime() {}

  /**
   * Loads libtorch if this process has not done so. Results have equal bits only for an equal
   * number of threads, and more threads than cores make a step many times slower.
   *
   * @param intraOpThreads threads that one operation may use
   * @return the engine's name and version
   */
  public static synchronized String start(int intraOpThreads) {
    setDefault("ai.djl.offline", "true"); // the natives come with our jar; nothing is downloaded
    setDefault("ai.djl.pytorch.num_threads", Integer.toString(intraOpThreads));
    // The profiling executor rewrites a graph after its first calls; a resumed run would then
    // compute its first steps by other kernels than the run it continues.
    setDefault("ai.djl.pytorch.graph_optimizer", "false");
    HeapTuning.keepFreed();
    if (!prepared) {
      prepareLibrary();
      prepared = true;
    }
    return Engine.getEngine("PyTorch").toString();
  }

  private static void prepareLibrary() {
    Path folder = new NativeFolder(System.getenv(), System.getProperties()).choose();
    String unpacked = Utils.getEnvOrSystemProperty(OWN_LIBTORCH);
    if (unpacked == null) {
      new NativeCache(folder).unpackLibTorch();
    } else { // else DJL looks for JNI of builds that are no longer made
      boolean cuda = Files.exists(Path.of(unpacked, "libtorch_cuda.so"));
      setDefault("PYTORCH_FLAVOR", cuda ? CUDA_FLAVOR : "cpu");
    }
  }

  /**
   * Lets what the calling thread computes from now on run on this thread alone: several threads of
   * one process, each with a batch of its own, wait for nobody.
   */
  public static void computeAlone() {
    LibTorch.alone();
  }

  /** GPUs that CUDA shows to this process; 0 with a libtorch without CUDA. */
  public static int gpus() {
    return Engine.getEngine("PyTorch").getGpuCount();
  }

  /**
   * Sets what holds for all GPU work of this process: deterministic kernels, and whether float32
   * products may round their factors to TF32. Without a GPU nothing depends on either.
   */
  public static void prepareGpu(boolean tf32) {
    LibTorch.allowTf32(tf32);
    LibTorch.deterministic();
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
