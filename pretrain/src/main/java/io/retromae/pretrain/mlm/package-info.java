/**
 * Plain masked language modelling, BERT's own pre-training without next-sentence prediction: for
 * ablations, and for a base model that knows a corpus before RetroMAE begins. Start reading at
 * {@link io.retromae.pretrain.mlm.Mlm}; what is computed stands in {@code mlm.py} among the
 * resources.
 */
package io.retromae.pretrain.mlm;
