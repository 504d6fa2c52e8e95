package io.retromae.etl.dedup;

import java.io.Serializable;

/**
 * What a deduplication is run with.
 *
 * @param settings what counts as a duplicate
 * @param units how many there are, numbered from 0
 * @param partitions of its shuffles; does not change results
 * @param checkpoints reachable folder for checkpoints of long computations, deleted by the caller;
 *     empty: executors' disks, where a lost executor fails the job
 * @param oneTask whether one task does everything: for up to about {@link #ONE_TASK_DOCUMENTS};
 *     does not change results
 * @param oneTaskEdges up to so many edges one task finds connected components, at about 60 bytes of
 *     memory an edge; does not change results
 */
public record DedupPlan(
    DedupSettings settings,
    int units,
    int partitions,
    String checkpoints,
    boolean oneTask,
    long oneTaskEdges)
    implements Serializable {
  /** Rows of so many documents take some 30 MB, their edges at worst ten times as much. */
  public static final long ONE_TASK_DOCUMENTS = 100_000;

  /** What one task of a few gigabytes can do. */
  public static final long ONE_TASK_EDGES = 50_000_000;

  /**
   * Checks ranges.
   *
   * @throws IllegalArgumentException if one is broken
   */
  public DedupPlan {
    if (units < 1 || partitions < 1) {
      throw new IllegalArgumentException(
          "units = %d, partitions = %d: must be at least 1".formatted(units, partitions));
    }
  }
}
