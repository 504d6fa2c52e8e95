package io.retromae.etl.job;

import io.retromae.core.shard.ShardEntry;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.stage.StageCounts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Nothing is lost silently: what goes into each stage comes out, is dropped or quarantined. */
record Conservation(
    List<CleanTask.Receipt> cleaned, List<PackTask.Receipt> packed, List<ShardEntry> shards) {

  /**
   * Adds everything up.
   *
   * @throws IllegalStateException naming the sums that differ: a bug of ours
   */
  void check() {
    for (int unit = 0; unit < cleaned.size(); unit++) {
      CleanTask.Receipt clean = cleaned.get(unit);
      PackTask.Receipt pack = packed.get(unit);
      long aside = sum(clean.quarantined());
      long read = clean.counts().documents(StageCounts.READ);
      long dropped = clean.counts().documents() - read;
      equal(clean.path() + ": records", clean.records(), "documents + quarantined", read + aside);
      equal(clean.path() + ": documents", read, "dropped + cleaned", dropped + clean.kept());
      equal(
          clean.path() + ": cleaned",
          clean.kept(),
          "duplicates + packed",
          pack.counts().documents());
    }
    long samples = packed.stream().mapToLong(p -> p.samples().samples()).sum();
    long tokens = packed.stream().mapToLong(p -> p.samples().tokens()).sum();
    equal("packed samples", samples, "samples in shards", shardSum(ShardEntry::samples));
    equal("packed tokens", tokens, "tokens in shards", shardSum(ShardEntry::tokens));
  }

  /**
   * The sums begin at the listing: each file that is to be read has a unit, and each unit a file.
   *
   * @throws IllegalStateException naming a file without one: a bug of ours
   */
  static void checkListing(List<EtlFile> files, List<EtlUnit> units) {
    Set<Integer> divided = units.stream().map(u -> u.file().number()).collect(Collectors.toSet());
    for (EtlFile file : files) {
      if (!divided.contains(file.number())) {
        throw new IllegalStateException(file.path() + ": was listed, but no task reads it");
      }
    }
    equal("files listed", files.size(), "files divided among tasks", divided.size());
  }

  private long shardSum(java.util.function.ToLongFunction<ShardEntry> value) {
    return shards.stream().mapToLong(value).sum();
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void equal(String what, long a, String other, long b) {
    if (a != b) {
      throw new IllegalStateException(
          "the sums do not add up: %s = %,d, %s = %,d".formatted(what, a, other, b));
    }
  }
}
