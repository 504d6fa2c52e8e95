package io.retromae.embed.encoder;

import java.util.List;

/**
 * Where a model computes in this process.
 *
 * @param gpuAddresses what Spark assigned to the task under its resource {@code gpu}
 * @param threads that compute on a CPU, of all tasks of the process together
 */
public record Place(List<String> gpuAddresses, int threads) {
  /** Copies. */
  public Place {
    gpuAddresses = List.copyOf(gpuAddresses);
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + ": must be at least 1");
    }
  }

  /** All processors that this process may use, and a GPU if there is one. */
  public static Place here() {
    return new Place(List.of(), Runtime.getRuntime().availableProcessors());
  }
}
