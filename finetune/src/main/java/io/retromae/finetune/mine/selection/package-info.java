/**
 * Which of a query's best documents become its negatives: ranks, what is left out and why, draws.
 * Knows neither Spark nor vectors nor files. Start reading at {@link
 * io.retromae.finetune.mine.selection.NegativeSelection}.
 */
package io.retromae.finetune.mine.selection;
