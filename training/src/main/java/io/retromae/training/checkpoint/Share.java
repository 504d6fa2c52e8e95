package io.retromae.training.checkpoint;

import java.util.Locale;

/**
 * What a rank writes of a checkpoint: its part of the moments, and the first rank all else.
 *
 * @param rank this rank
 * @param writers ranks that have a part of the moments, from rank 0 on
 */
public record Share(int rank, int writers) {
  /** One rank writes everything. */
  public static final Share WHOLE = new Share(0, 1);

  /**
   * The share of a rank.
   *
   * @param sharded whether every rank has a part of the moments, or each has all
   */
  public static Share of(int rank, int worldSize, boolean sharded) {
    return new Share(rank, sharded ? worldSize : 1);
  }

  /** Whether this rank writes anything. */
  public boolean writes() {
    return rank < writers;
  }

  /** Whether this rank writes the parameters, and the manifest when all have done their share. */
  public boolean first() {
    return rank == 0;
  }

  /** The file of this rank's moments. */
  String optimizerFile() {
    return writers == 1
        ? CheckpointFiles.OPTIMIZER + CheckpointFiles.TENSORS
        : String.format(
            Locale.ROOT,
            "%s-%05d-of-%05d%s",
            CheckpointFiles.OPTIMIZER,
            rank + 1,
            writers,
            CheckpointFiles.TENSORS);
  }
}
