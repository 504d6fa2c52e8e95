/**
 * What every job on Spark needs, whatever it works at: storage as tasks reach it, what a failed
 * task means, receipts of finished work, progress as tasks report it. Knows Spark and {@code core},
 * and no job. Start reading at {@link io.retromae.spark.TaskFailures}.
 */
package io.retromae.spark;
