package io.retromae.core.shard;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Hashes every shard of a corpus anew, reads every sample back and adds everything up again. */
public final class CorpusVerifier {
  private final Storage storage;
  private final String folder;
  private final ShardManifest manifest;
  private final Map<String, Long> samplesBySource = new TreeMap<>();
  private final Set<String> names = new HashSet<>();
  private long samples;
  private long tokens;

  private CorpusVerifier(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
    this.manifest = ShardManifest.open(storage, folder);
  }

  /**
   * What was found whole.
   *
   * @param shards files
   * @param samples in them
   * @param tokens in those
   */
  public record Verified(int shards, long samples, long tokens) {}

  /**
   * Verifies a finished corpus.
   *
   * @throws CorruptDataException naming every shard and sum that is wrong
   */
  public static Verified verify(Storage storage, String folder) throws IOException {
    return new CorpusVerifier(storage, folder).verify();
  }

  private Verified verify() throws IOException {
    List<String> problems = new ArrayList<>();
    for (ShardEntry shard : manifest.shards()) {
      try {
        ShardReader.verify(storage, folder, shard);
        readBack(shard);
      } catch (CorruptDataException e) {
        problems.add(e.getMessage());
      }
    }
    if (problems.isEmpty()) {
      compareSums(problems);
    }
    if (!problems.isEmpty()) {
      throw new CorruptDataException(problems);
    }
    return new Verified(manifest.shards().size(), samples, tokens);
  }

  private void readBack(ShardEntry shard) throws IOException {
    long shardTokens = 0;
    Map<String, Long> sources = new TreeMap<>();
    try (ShardReader reader = ShardReader.open(storage, folder, shard)) {
      for (int group = 0; group < shard.rowGroups().size(); group++) {
        for (Sample sample : reader.readSamples(group)) {
          shardTokens += sample.tokenIds().length;
          sources.merge(sample.source(), 1L, Long::sum);
        }
      }
    }
    if (shardTokens != shard.tokens() || !sources.equals(shard.sources())) {
      throw new CorruptDataException(
          "%s/%s: holds %,d tokens of %s, the manifest says %,d of %s"
              .formatted(
                  folder, shard.name(), shardTokens, sources, shard.tokens(), shard.sources()));
    }
    if (!names.add(shard.name())) {
      throw new CorruptDataException(folder + ": lists " + shard.name() + " twice");
    }
    samples += shard.samples();
    tokens += shardTokens;
    sources.forEach((source, count) -> samplesBySource.merge(source, count, Long::sum));
  }

  private void compareSums(List<String> problems) {
    if (samples != manifest.samples() || tokens != manifest.tokens()) {
      problems.add(
          "%s: shards hold %,d samples and %,d tokens, the manifest says %,d and %,d"
              .formatted(folder, samples, tokens, manifest.samples(), manifest.tokens()));
    }
    Map<String, Long> unlisted = new TreeMap<>(samplesBySource);
    manifest.sources().forEach(source -> unlisted.remove(source.name()));
    if (!manifest.sources().isEmpty() && !unlisted.isEmpty()) {
      problems.add("%s: the manifest does not list the sources %s".formatted(folder, unlisted));
    }
    for (MixtureSource source : manifest.sources()) {
      long found = samplesBySource.getOrDefault(source.name(), 0L);
      if (found != source.samples()) {
        problems.add(
            "%s: source '%s' has %,d samples in the shards, %,d in the manifest"
                .formatted(folder, source.name(), found, source.samples()));
      }
    }
  }
}
