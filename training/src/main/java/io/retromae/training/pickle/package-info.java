/**
 * Weights that PyTorch pickled ({@code pytorch_model.bin}), read without running anything: {@link
 * io.retromae.training.pickle.TorchFile} finds the tensors, {@link
 * io.retromae.training.pickle.Unpickler} knows the few names that tensors need and refuses every
 * other one. Knows nothing of models.
 */
package io.retromae.training.pickle;
