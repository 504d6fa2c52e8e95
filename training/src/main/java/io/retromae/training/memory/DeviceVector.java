package io.retromae.training.memory;

/**
 * float32 values in the memory of a GPU; valid while the array that owns them is open.
 *
 * @param address of the first value, on the device
 * @param size number of values
 * @param gpu index of the device among those this process sees
 */
public record DeviceVector(long address, long size, int gpu) implements VectorMemory {}
