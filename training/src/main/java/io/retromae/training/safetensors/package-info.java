/**
 * The safetensors file format: a JSON header, then raw little-endian tensors. Plain Java on byte
 * buffers, so that checkpoint, export and tests share it. Format:
 * https://huggingface.co/docs/safetensors (8-byte header length, header, data).
 */
package io.retromae.training.safetensors;
