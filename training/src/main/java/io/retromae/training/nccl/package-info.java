/**
 * Sums and copies between GPUs by NVIDIA's NCCL, called through JNA; knows neither Spark nor
 * tensors, only addresses. Messages, causes and signs of life stay with the collective over TCP.
 * Start reading at {@link io.retromae.training.nccl.NcclCollective}; what of it has not been run is
 * listed in docs/gpu.md.
 */
package io.retromae.training.nccl;
