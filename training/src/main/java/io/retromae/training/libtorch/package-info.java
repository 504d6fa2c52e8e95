/**
 * libtorch in this process: its library and where it is unpacked, its memory, the archive that it
 * loads a script from, devices, and vectors in its memory. Start reading at {@link
 * io.retromae.training.libtorch.TorchRuntime}. Knows no model.
 */
package io.retromae.training.libtorch;
