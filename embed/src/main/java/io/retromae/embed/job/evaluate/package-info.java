/**
 * The evaluation on Spark: texts of tasks are kept in parts of fixed size, tasks embed a part each,
 * corpora are searched, and the report is made. Start reading at {@link
 * io.retromae.embed.job.evaluate.EvaluationJob}.
 */
package io.retromae.embed.job.evaluate;
