package io.retromae.training.settings;

/** Where workers compute. */
public enum DeviceSetting {
  /** On a GPU where Spark assigns one or the engine sees one, else on the CPU. */
  AUTO,
  /** On the CPU, whatever there is. */
  CPU,
  /** On a GPU; none is an error. */
  CUDA
}
