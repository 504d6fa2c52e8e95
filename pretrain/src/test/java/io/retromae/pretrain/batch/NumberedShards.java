package io.retromae.pretrain.batch;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.shard.MixtureSource;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardWriter;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.BatchBuilder;
import io.retromae.pretrain.retromae.BatchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A corpus in which the two first tokens of a sample tell its number. */
final class NumberedShards {
  static final Storage STORAGE = new Storage(new Configuration());

  /** Ids below stand for nothing but special tokens and filler. */
  private static final int FIRST_DIGIT = 10;

  private static final int BASE = 150;
  private static final int ROW_GROUP = 16;

  private NumberedShards() {}

  static void write(Path folder, int shards, int samplesPerShard, int vocabularySize)
      throws IOException {
    write(folder, shards, samplesPerShard, vocabularySize, List.of());
  }

  /**
   * Samples take their sources in turn; without sources all have one that is not in the manifest.
   */
  static void write(
      Path folder, int shards, int samplesPerShard, int vocabularySize, List<MixtureSource> sources)
      throws IOException {
    Vocabulary vocabulary = writeVocabulary(folder, vocabularySize);
    List<ShardEntry> entries = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      String name = "data/0000%d.parquet".formatted(shard);
      try (ShardWriter writer =
          new ShardWriter(STORAGE, folder.toString(), name, ROW_GROUP, Map.of())) {
        for (int i = 0; i < samplesPerShard; i++) {
          int sample = shard * samplesPerShard + i;
          String source =
              sources.isEmpty() ? "test/set" : sources.get(sample % sources.size()).name();
          writer.append(new Sample(tokenIds(sample), source, "%032x".formatted(sample), 0));
        }
        entries.add(writer.commit());
      }
    }
    new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "test",
            vocabulary.fingerprint(),
            vocabularySize,
            true,
            true,
            true,
            16,
            1,
            (long) shards * samplesPerShard,
            entries.stream().mapToLong(ShardEntry::tokens).sum(),
            entries,
            sources,
            Map.of())
        .publish(STORAGE, folder.toString());
  }

  /** A small run over the corpus that {@code folder} holds. */
  static PretrainConfig config(Path folder, int logicalShards, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "corpus=" + folder.resolve("corpus"),
                "output=" + folder.resolve("run"),
                "data.max_seq_length=16",
                "data.logical_shards=" + logicalShards,
                "data.per_device_train_batch_size=4"));
    settings.addAll(List.of(more));
    return ConfigLoader.load(PretrainConfig.class, List.of(), settings).value();
  }

  private static Vocabulary writeVocabulary(Path folder, int size) throws IOException {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < size; i++) {
      tokens.add("t" + i);
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("vocab.txt"), String.join("\n", tokens) + "\n");
    return Vocabulary.of(tokens);
  }

  private static int[] tokenIds(int sample) {
    int[] ids = new int[6 + sample % 5];
    Arrays.fill(ids, 7);
    ids[0] = FIRST_DIGIT + sample / BASE;
    ids[1] = FIRST_DIGIT + sample % BASE;
    return ids;
  }

  /** The numbers of a batch's samples. */
  static List<Integer> samplesOf(BatchArrays batch) {
    List<Integer> samples = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      int start = row * batch.length();
      long high = batch.decoderInputIds()[start + 1] - FIRST_DIGIT;
      long low = batch.decoderInputIds()[start + 2] - FIRST_DIGIT;
      samples.add((int) (high * BASE + low));
    }
    return samples;
  }

  /** RetroMAE's micro-batches. */
  static BatchMaker<BatchArrays> maker(PretrainConfig config, Vocabulary vocabulary) {
    return new BatchBuilder(BatchRule.of(config, TokenTable.of(vocabulary)));
  }
}
