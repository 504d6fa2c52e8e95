package io.retromae.training.checkpoint;

import io.retromae.training.memory.HostVector;

/**
 * The vectors of a rank, as a checkpoint holds them.
 *
 * @param parameters weights; empty where another rank writes them
 * @param firstMoment AdamW's m, of all parameters or of a part
 * @param secondMoment AdamW's v, of the same
 * @param momentsFrom place of the moments' first value in the layout
 */
public record TrainingVectors(
    HostVector parameters, HostVector firstMoment, HostVector secondMoment, long momentsFrom) {

  /** Vectors of all parameters. */
  public static TrainingVectors whole(HostVector parameters, HostVector first, HostVector second) {
    return new TrainingVectors(parameters, first, second, 0);
  }

  /** Room for a copy of vectors of the same sizes. */
  TrainingVectors newRoom() {
    return new TrainingVectors(
        HostVector.allocate(parameters.size()),
        HostVector.allocate(firstMoment.size()),
        HostVector.allocate(secondMoment.size()),
        momentsFrom);
  }

  /** Copies the values, so that training may go on. */
  void copyTo(TrainingVectors target) {
    parameters.copyTo(target.parameters);
    firstMoment.copyTo(target.firstMoment);
    secondMoment.copyTo(target.secondMoment);
  }
}
