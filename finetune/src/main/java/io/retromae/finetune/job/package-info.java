/**
 * The fine-tuning job. Start reading at {@link io.retromae.finetune.job.FinetuneJob}. Knows Spark.
 */
package io.retromae.finetune.job;
