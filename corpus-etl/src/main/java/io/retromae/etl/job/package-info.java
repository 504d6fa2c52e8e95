/**
 * The corpus job on Spark: units of input, pass A (clean), duplicates, what else is left out, pass
 * B (pack, shuffle), commit. Start reading at {@link io.retromae.etl.job.CorpusEtlJob}. Spark is
 * known here, in {@code dedup}, {@code shuffle} and {@code work} only.
 */
package io.retromae.etl.job;
