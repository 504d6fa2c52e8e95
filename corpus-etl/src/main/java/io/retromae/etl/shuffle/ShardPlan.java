package io.retromae.etl.shuffle;

import io.retromae.core.shard.ShardEntry;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How all samples are cut into shards.
 *
 * @param shards how many
 * @param samplesPerRowGroup in each row group but a shard's last
 * @param vocabularyFingerprint that made the ids
 * @param identity what receipts of shards must match
 */
public record ShardPlan(
    int shards, int samplesPerRowGroup, String vocabularyFingerprint, String identity)
    implements Serializable {
  /** A corpus has this many row groups at least, so that logical shards of a trainer fill up. */
  private static final int MIN_ROW_GROUPS = 128;

  private static final int MIN_ROW_GROUP = 64;
  private static final int MAX_ROW_GROUP = 8_192;

  /**
   * A plan for the samples of all units.
   *
   * @param packed the files of samples, in the order of the units
   * @param fingerprint of the vocabulary
   */
  public static ShardPlan of(List<ShardEntry> packed, int samplesPerShard, String fingerprint) {
    long samples = packed.stream().mapToLong(ShardEntry::samples).sum();
    int shards = (int) Math.max(1, Math.rint((double) samples / samplesPerShard));
    int rowGroup = (int) Math.max(MIN_ROW_GROUP, Math.min(MAX_ROW_GROUP, samples / MIN_ROW_GROUPS));
    String units = packed.stream().map(ShardEntry::sha256).collect(Collectors.joining(" "));
    return new ShardPlan(
        shards,
        rowGroup,
        fingerprint,
        "%d shards, row groups of %d, units %s".formatted(shards, rowGroup, units));
  }
}
