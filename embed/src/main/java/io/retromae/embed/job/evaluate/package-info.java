/**
 * The evaluation on Spark: texts of tasks are kept and embedded in parts, corpora are searched, and
 * the report is made. Start reading at {@link io.retromae.embed.job.evaluate.EvaluationJob}.
 */
package io.retromae.embed.job.evaluate;
