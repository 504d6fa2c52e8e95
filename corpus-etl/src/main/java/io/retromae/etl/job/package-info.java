/**
 * The corpus job on Spark: units of input, pass A (clean), duplicates, what else is left out, pass
 * B (pack, shuffle), commit. Start reading at {@link io.retromae.etl.job.CorpusEtlJob}. Only this
 * package and {@code dedup} know Spark.
 */
package io.retromae.etl.job;
