package io.retromae.training.loop;

/**
 * What surrounds the loop of one rank.
 *
 * @param listener hears of steps
 * @param saver saves the run
 * @param cancellation ends it early
 */
public record TrainingHooks(StepListener listener, Saver saver, Cancellation cancellation) {}
