/**
 * Pairs to train on: files in the published formats read into lines, what is done with bad ones,
 * where lines lie so that any of them is at hand and none on the heap, which lines a step takes,
 * and which passages a line brings. Everything drawn is a function of seed, epoch, data set and
 * line. Start reading at {@link io.retromae.finetune.data.PairFile}, then at {@link
 * io.retromae.finetune.data.PackedPairs} and {@link io.retromae.finetune.data.BatchPlan}. Knows
 * neither Spark nor models.
 */
package io.retromae.finetune.data;
