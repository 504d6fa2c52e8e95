/**
 * Spark's side of a command: its options, where its properties and files come from, which of them
 * we work out from the job, what cannot work, the spark-submit line that says it all, and the
 * session. Start reading at {@link io.retromae.submit.spark.SparkSetup}. Knows no job, only what a
 * job demands.
 */
package io.retromae.submit.spark;
