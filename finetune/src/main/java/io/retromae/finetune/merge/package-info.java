/**
 * Checkpoints to one: the weighted mean of encoders of equal shape, as LM-Cocktail
 * (arXiv:2311.13534) and C-Pack's last step make it. Start at {@link
 * io.retromae.finetune.merge.Merge}. Knows neither Spark nor an objective.
 */
package io.retromae.finetune.merge;
