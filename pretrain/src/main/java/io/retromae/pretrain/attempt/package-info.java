/**
 * The driver's side of a run: it waits for room on the cluster, starts attempts from the newest
 * checkpoint, watches their workers, and finds the first cause where one fails. Start reading at
 * {@link io.retromae.pretrain.attempt.RetryLoop}.
 */
package io.retromae.pretrain.attempt;
