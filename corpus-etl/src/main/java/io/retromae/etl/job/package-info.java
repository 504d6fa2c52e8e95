/**
 * The corpus job on Spark: units of input, pass A (clean), exact duplicates, pass B (pack,
 * shuffle), commit. Start reading at {@link io.retromae.etl.job.CorpusEtlJob}. The only package of
 * this module that knows Spark.
 */
package io.retromae.etl.job;
