/**
 * The contrastive objective: vectors of queries and passages, exchanged by all ranks, and the loss
 * among them, by tiles and by chunks so that neither scores nor activations bound the batch. Start
 * reading at {@code contrastive.py} among the resources, then at {@link
 * io.retromae.finetune.contrastive.ContrastiveObjective}. Knows nothing of Spark or of files.
 */
package io.retromae.finetune.contrastive;
