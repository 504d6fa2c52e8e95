/**
 * What pre-training asks of an objective ({@link
 * io.retromae.pretrain.objective.PretrainObjective}). Knows none.
 */
package io.retromae.pretrain.objective;
