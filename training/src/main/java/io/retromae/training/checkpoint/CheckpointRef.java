package io.retromae.training.checkpoint;

import io.retromae.training.loop.TrainingState;

/**
 * A whole checkpoint that was found.
 *
 * @param name of its manifest, without {@code .json}
 * @param state where the run stood
 * @param attempt which start of the job wrote it
 */
public record CheckpointRef(String name, TrainingState state, long attempt) {}
