/**
 * RetroMAE's masks: which tokens the encoder does not see ({@link
 * io.retromae.pretrain.masking.EncoderMasking}), which keys each decoder position sees ({@link
 * io.retromae.pretrain.masking.DecoderVisibility}), and DupMAE's bag of words. Plain Java; every
 * random choice comes from a counter-based generator. Rules: docs/training.md.
 */
package io.retromae.pretrain.masking;
