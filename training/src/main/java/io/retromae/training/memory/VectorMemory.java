package io.retromae.training.memory;

/** The values of one rank's vector, where they lie. */
public sealed interface VectorMemory permits HostVector, DeviceVector {
  /** Number of values. */
  long size();
}
