/**
 * Spark's side of a command: where its properties come from, which of them we work out from the
 * job, what cannot work, and the spark-submit line that says it all. Start reading at {@link
 * io.retromae.submit.spark.SparkSetup}. Knows no job, only what a job demands, and starts nothing.
 */
package io.retromae.submit.spark;
