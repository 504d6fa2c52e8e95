package io.retromae.pretrain.batch;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.MixtureSource;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.pretrain.config.DataSettings;
import io.retromae.pretrain.config.PretrainConfig;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often an epoch reads a sample, by source.
 *
 * @param bySource weight of every source of the corpus, by name
 */
record SourceWeights(Map<String, Double> bySource) {
  private static final int NAMES_SHOWN = 20;

  SourceWeights {
    bySource = Collections.unmodifiableMap(new TreeMap<>(bySource));
  }

  /**
   * The weights of the shards that are trained on: the user's, else the manifest's, else 1.
   *
   * @throws ConfigException if the user names a source that is not there, or leaves out all
   */
  static SourceWeights of(
      ShardManifest manifest, Collection<ShardEntry> shards, PretrainConfig config) {
    DataSettings data = config.data();
    Map<String, Double> weights = new TreeMap<>();
    for (ShardEntry shard : shards) {
      shard.sources().keySet().forEach(source -> weights.put(source, 1.0));
    }
    if (data.mixtureWeights() == DataSettings.MixtureWeights.MANIFEST) {
      for (MixtureSource source : manifest.sources()) {
        weights.computeIfPresent(source.name(), (name, one) -> source.weight());
      }
    }
    for (Map.Entry<String, Double> chosen : new TreeMap<>(data.sourceWeights()).entrySet()) {
      if (weights.replace(chosen.getKey(), chosen.getValue()) == null) {
        throw new ConfigException(
            "data.source_weights: unknown source '%s'; the shards of %s that are trained on have: %s"
                .formatted(chosen.getKey(), config.corpus(), names(weights)));
      }
    }
    if (!weights.isEmpty() && weights.values().stream().allMatch(weight -> weight == 0)) {
      throw new ConfigException(
          "data.source_weights: all %d sources of %s have weight 0; leave one to train on"
              .formatted(weights.size(), config.corpus()));
    }
    return new SourceWeights(weights);
  }

  private static String names(Map<String, Double> weights) {
    String shown = String.join("', '", weights.keySet().stream().limit(NAMES_SHOWN).toList());
    int more = weights.size() - NAMES_SHOWN;
    return "'" + shown + "'" + (more > 0 ? " and %d more".formatted(more) : "");
  }

  /** Whether every sample is read once. */
  boolean allOne() {
    return bySource.values().stream().allMatch(weight -> weight == 1);
  }
}
