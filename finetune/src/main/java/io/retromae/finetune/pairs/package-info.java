/**
 * Settings of the job that makes training pairs of raw corpora, and the rules that need neither
 * files nor Spark: which pairs are long enough, which belong to a benchmark. The job is in {@link
 * io.retromae.finetune.pairs.job}, what pairs are made of in {@link
 * io.retromae.finetune.pairs.make}. Only these packages of the module know the corpus job.
 */
package io.retromae.finetune.pairs;
