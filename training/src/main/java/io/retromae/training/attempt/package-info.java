/**
 * The driver's side of a run: it waits for room on the cluster, starts attempts from the newest
 * checkpoint, watches their workers, and finds the first cause where one fails. Start reading at
 * {@link io.retromae.training.attempt.RetryLoop}.
 */
package io.retromae.training.attempt;
