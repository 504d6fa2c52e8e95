package io.retromae.training.attempt;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.ClusterSettings;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The numbers of workers that a run may have, in ascending order: all divide its logical shards.
 *
 * @param allowed at least one; the last is the number wanted
 */
public record WorldSizes(List<Integer> allowed) {
  /** Copies the list. */
  public WorldSizes {
    allowed = List.copyOf(allowed);
  }

  /**
   * Those between cluster.min_workers and cluster.workers.
   *
   * @throws ConfigException if cluster.workers is none of them, or the smaller number
   */
  public static WorldSizes of(int logicalShards, ClusterSettings cluster) {
    int wanted = cluster.workers();
    int least = cluster.minWorkers().orElse(wanted);
    if (logicalShards % wanted != 0) {
      throw new ConfigException(
          "data.logical_shards = %d cannot be divided among cluster.workers = %d; use one of %s"
              .formatted(logicalShards, wanted, divisors(logicalShards, 1, logicalShards)));
    }
    if (least > wanted) {
      throw new ConfigException(
          "cluster.min_workers = %d: must be at most cluster.workers = %d"
              .formatted(least, wanted));
    }
    return new WorldSizes(divisors(logicalShards, least, wanted));
  }

  private static List<Integer> divisors(int number, int from, int to) {
    return IntStream.rangeClosed(from, to).filter(n -> number % n == 0).boxed().toList();
  }

  /** The largest for which there are slots; 0 if there is none. */
  int largest(int slots) {
    return allowed.stream().filter(size -> size <= slots).reduce(0, Math::max);
  }

  int wanted() {
    return allowed.get(allowed.size() - 1);
  }

  int least() {
    return allowed.get(0);
  }
}
