package io.retromae.core.shard;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One shard as the manifest lists it.
 *
 * @param name path within the corpus folder, such as {@code data/00003-<uuid>.parquet}
 * @param bytes size of the file
 * @param sha256 of the file, hexadecimal
 * @param samples in the shard
 * @param tokens in all its samples
 * @param rowGroups samples in each Parquet row group
 * @param sources samples by source
 */
public record ShardEntry(
    String name,
    long bytes,
    String sha256,
    long samples,
    long tokens,
    List<Integer> rowGroups,
    Map<String, Long> sources) {
  /** Copies the collections; checks that the counts agree. */
  public ShardEntry {
    rowGroups = List.copyOf(rowGroups);
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
    long inGroups = rowGroups.stream().mapToLong(Integer::longValue).sum();
    long inSources = sources.values().stream().mapToLong(Long::longValue).sum();
    if (inGroups != samples || inSources != samples) {
      throw new IllegalArgumentException(
          "%s: %d samples, but %d in its row groups and %d in its sources"
              .formatted(name, samples, inGroups, inSources));
    }
  }
}
