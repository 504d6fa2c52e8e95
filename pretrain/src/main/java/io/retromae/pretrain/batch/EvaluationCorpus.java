package io.retromae.pretrain.batch;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.EvaluationSettings;
import io.retromae.pretrain.config.PretrainConfig;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run is evaluated on: held-out shards of its corpus, another corpus, or nothing.
 *
 * @param folder of the corpus
 * @param shards to evaluate, none if nothing is evaluated
 * @param maxSamples the first so many of them
 * @param batchSize rows of each batch but the last
 */
public record EvaluationCorpus(
    String folder, List<ShardEntry> shards, int maxSamples, int batchSize) {
  /** Copies the list. */
  public EvaluationCorpus {
    shards = List.copyOf(shards);
  }

  /**
   * What a configuration evaluates; reads at most the manifest of another corpus.
   *
   * @param manifest of the corpus trained on
   * @param vocabulary of the corpus trained on
   * @throws ConfigException if the corpus to evaluate has another vocabulary or is trained on
   */
  public static EvaluationCorpus open(
      Storage storage, PretrainConfig config, ShardManifest manifest, Vocabulary vocabulary) {
    EvaluationSettings settings = config.evaluation();
    List<ShardEntry> shards =
        settings.corpus().isPresent()
            ? otherShards(storage, config, vocabulary)
            : TrainingCorpus.heldOut(config, manifest);
    return new EvaluationCorpus(
        settings.corpus().orElse(config.corpus()),
        shards,
        settings.maxSamples(),
        settings.perDeviceEvalBatchSize().orElse(config.data().perDeviceTrainBatchSize()));
  }

  private static List<ShardEntry> otherShards(
      Storage storage, PretrainConfig config, Vocabulary vocabulary) {
    String corpus = config.evaluation().corpus().orElseThrow();
    if (storage.qualify(corpus).equals(storage.qualify(config.corpus()))) {
      throw new ConfigException(
          "evaluation.corpus = %s: is the corpus trained on; use evaluation.holdout_shards"
              .formatted(corpus));
    }
    ShardManifest manifest = ShardManifest.open(storage, corpus);
    if (!manifest.vocabularyFingerprint().equals(vocabulary.fingerprint())) {
      throw new ConfigException(
          ("evaluation.corpus = %s: was made with vocabulary %.8s (%,d entries), training uses %.8s"
                  + " (%,d); run etl again with the vocabulary of %s")
              .formatted(
                  corpus,
                  manifest.vocabularyFingerprint(),
                  manifest.vocabularySize(),
                  vocabulary.fingerprint(),
                  vocabulary.size(),
                  config.corpus()));
    }
    return manifest.shards();
  }

  /** Tells the files from others, wherever they lie. */
  public String fingerprint() {
    return Sha256.of(shards.stream().map(ShardEntry::sha256).collect(Collectors.joining()));
  }

  /** Samples in each row group, in order. */
  List<Integer> rowGroups() {
    return shards.stream().flatMap(shard -> shard.rowGroups().stream()).toList();
  }

  /** Samples that are evaluated. */
  public long samples() {
    return Math.min(maxSamples, shards.stream().mapToLong(ShardEntry::samples).sum());
  }
}
