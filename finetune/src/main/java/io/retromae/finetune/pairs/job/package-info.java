/**
 * The job that makes training pairs of raw corpora, on Spark: make, find duplicates, judge, join.
 * Start reading at {@link io.retromae.finetune.pairs.job.PairsJob}.
 */
package io.retromae.finetune.pairs.job;
