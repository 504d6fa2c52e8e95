/**
 * What RetroMAE and DupMAE minimise: batches with their masks as tensors, the enhanced decoder's
 * script, the terms of the loss. Start reading at {@code retromae.py} among the resources, then at
 * {@link io.retromae.pretrain.retromae.RetroMaeLoss}. Knows nothing of Spark.
 */
package io.retromae.pretrain.retromae;
