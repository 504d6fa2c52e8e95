package io.retromae.training.libtorch;

import ai.djl.Device;

/**
 * Where and in which precision a model computes. Parameters, moments, LayerNorm, softmax and losses
 * are float32 whatever is chosen.
 *
 * @param device the CPU or one GPU
 * @param bfloat16 whether matrix products read bfloat16
 * @param gradientCheckpointing whether each layer is computed again in the backward pass instead of
 *     being kept: the same bits in less memory, for about a third more time
 * @param fusedAttention whether attention runs by libtorch's fused kernels over padded rows: always
 *     on a GPU; on a CPU only without dropout, which those kernels draw from a generator that
 *     models of one process share
 */
public record Compute(
    Device device, boolean bfloat16, boolean gradientCheckpointing, boolean fusedAttention) {
  /** The CPU, float32. */
  public static final Compute CPU = on(Device.cpu(), false, false);

  /** On a device, with the attention that suits it. */
  public static Compute on(Device device, boolean bfloat16, boolean gradientCheckpointing) {
    return new Compute(device, bfloat16, gradientCheckpointing, device.isGpu());
  }
}
