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

  private static final int DOCUMENTS_PER_PARTITION = 50_000;
  private static final int MOST_PARTITIONS = 20_000;

  /**
   * As many partitions as documents need, one task if they are few.
   *
   * @param parallelism of Spark
   * @param work the job's folder of work
   */
  public static DedupPlan of(
      DedupSettings settings, int units, long documents, int parallelism, String work) {
    long partitions = 1 + documents / DOCUMENTS_PER_PARTITION;
    return new DedupPlan(
        settings,
        units,
        (int) Math.min(MOST_PARTITIONS, Math.max(parallelism, partitions)),
        work + "/checkpoints",
        documents <= ONE_TASK_DOCUMENTS,
        ONE_TASK_EDGES);
  }
}
