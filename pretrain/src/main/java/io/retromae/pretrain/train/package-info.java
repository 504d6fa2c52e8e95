/**
 * The training loop of one rank: learning rate, optimizer step, accumulation in a fixed order and
 * the loop itself. Start reading at {@link io.retromae.pretrain.train.Trainer}. Knows nothing of
 * Spark: collective, batches and checkpoints come in from outside.
 */
package io.retromae.pretrain.train;
