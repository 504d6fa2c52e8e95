/**
 * Pairs of a question and what answers it, out of single documents: a kind a class, listed in
 * {@link io.retromae.finetune.pairs.make.PairKind}. Plain Java on texts; knows neither files nor
 * Spark.
 */
package io.retromae.finetune.pairs.make;
