/**
 * What a run tells of itself: messages of workers as JSON, lines for the console, metrics.jsonl and
 * files for TensorBoard. Start reading at {@link io.retromae.training.metrics.StepLine}. Knows
 * nothing of Spark, and not who sends and who shows.
 */
package io.retromae.training.metrics;
