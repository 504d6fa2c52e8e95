package io.retromae.etl.dedup;

import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;

/**
 * What a deduplication found; of bounded size, the same for any number of partitions.
 *
 * @param documents looked at
 * @param exactGroups fingerprints that several documents have
 * @param exactDropped documents dropped as exact duplicates
 * @param nearDropped documents dropped as near duplicates
 * @param candidateEdges pairs of documents that share a band
 * @param verifiedEdges those that are similar enough
 * @param largeBuckets bands that more documents share than {@code max_bucket}
 * @param largestBuckets some of these, largest first
 * @param clusterSizes clusters of near duplicates by size: 2 to 3, 4 to 7 ..., keyed by the
 *     smallest size
 * @param biggestClusters some of these, biggest first
 */
public record DedupStatistics(
    long documents,
    long exactGroups,
    long exactDropped,
    long nearDropped,
    long candidateEdges,
    long verifiedEdges,
    long largeBuckets,
    List<LargeBucket> largestBuckets,
    SortedMap<Long, Long> clusterSizes,
    List<Cluster> biggestClusters)
    implements Serializable {
  /** Most entries of its lists. */
  static final int LISTED = 20;

  /**
   * A band that very many documents share, often boilerplate.
   *
   * @param documents that share it
   * @param place of one of them
   */
  public record LargeBucket(long documents, long place) implements Serializable {}

  /**
   * Documents connected by similar pairs.
   *
   * @param documents how many
   * @param places of a few, the one kept first
   */
  public record Cluster(long documents, List<Long> places) implements Serializable {}
}
