package io.retromae.training.device;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.retromae.training.bert.Script;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What this processor makes of a large product of square matrices: the most that a training's
 * products can reach here. Data sheets do not tell it, since it depends on clocks, on libtorch's
 * kernels and on who else computes.
 */
final class CpuPeak {
  private static final int FIRST = 256;
  private static final int LARGEST = 4_096;

  /** A product that takes so long is large enough. */
  private static final long ENOUGH_NANOS = 10_000_000;

  /** Of the largest product; the fastest counts. */
  private static final int TRIES = 5;

  private CpuPeak() {}

  /**
   * Times products with the threads that libtorch has, for less than half a second: of twice the
   * size until one takes 10 ms, so the last ones take 80 ms at most. A processor of which one of
   * the smallest size takes longer gets a few of these.
   *
   * @param bfloat16 whether the factors are, as in training
   * @param threads for the words alone
   */
  static DevicePeak measure(boolean bfloat16, int threads) {
    Script script =
        new Script(
            "Product",
            List.of("/io/retromae/training/device/product.py"),
            Map.of("training", false, "bfloat16", bfloat16));
    try (Model module = script.load(Device.cpu())) {
      int size = FIRST;
      nanos(module, size); // the first one sets up threads and kernels
      while (size < LARGEST && nanos(module, size) < ENOUGH_NANOS) {
        size *= 2;
      }
      long best = Long.MAX_VALUE;
      for (int i = 0; i < TRIES; i++) {
        best = Math.min(best, nanos(module, size));
      }
      double operations = 2.0 * size * size * size;
      return new DevicePeak(
          operations * 1e9 / Math.max(1, best),
          String.format(
              Locale.ROOT,
              "cpu, measured: %s product of two %d x %d, %d thread%s",
              bfloat16 ? "bf16" : "fp32",
              size,
              size,
              threads,
              threads == 1 ? "" : "s"));
    }
  }

  private static long nanos(Model module, long size) {
    try (NDManager scope = module.getNDManager().newSubManager()) {
      NDArray n = Script.named("n", scope.create(size));
      NDArray factor = Script.call(module, scope, "factor", new NDList(n), false).get(0);
      NDList factors = new NDList(Script.named("a", factor));
      long start = System.nanoTime();
      Script.call(module, scope, "multiply", factors, false);
      return System.nanoTime() - start;
    }
  }
}
