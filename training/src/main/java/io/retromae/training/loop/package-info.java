/**
 * The training loop of one rank, and the seam to what is trained: an {@link
 * io.retromae.training.loop.Objective} says what a step's gradients and losses are, the {@link
 * io.retromae.training.loop.Trainer} does the rest. Knows nothing of Spark: collective, batches and
 * checkpoints come in from outside.
 */
package io.retromae.training.loop;
