/**
 * What a run tells of itself: messages of workers as JSON, lines for the console, and trackers that
 * take them, metrics.jsonl and TensorBoard among them. Start reading at {@link
 * io.retromae.training.metrics.StepLine} and {@link io.retromae.training.metrics.Tracker}. Knows
 * nothing of Spark, and not who sends and who shows.
 */
package io.retromae.training.metrics;
