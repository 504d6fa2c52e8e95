package io.retromae.pretrain.job;

import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardWriter;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/** A small corpus whose next token depends on the last, so that there is something to learn. */
public final class TestCorpus {
  static final int VOCABULARY_SIZE = 120;

  private TestCorpus() {}

  /** Of the usual size. */
  public static void write(Path folder, int samples) throws IOException {
    write(folder, samples, VOCABULARY_SIZE, 27);
  }

  /** Samples of 8 tokens to {@code longest}, in the proportions that chance gives. */
  static void write(Path folder, int samples, int vocabularySize, int longest) throws IOException {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < vocabularySize; i++) {
      tokens.add((i % 5 == 0 ? "##" : "") + "t" + i);
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("vocab.txt"), String.join("\n", tokens) + "\n");
    Storage storage = new Storage(new Configuration());
    List<ShardEntry> shards = new ArrayList<>();
    Random random = new Random(5);
    for (int shard = 0; shard < 2; shard++) {
      String name = "data/0000%d.parquet".formatted(shard);
      try (ShardWriter writer = new ShardWriter(storage, folder.toString(), name, 16, Map.of())) {
        for (int i = 0; i < samples / 2; i++) {
          String document = "%032x".formatted(shard * samples + i);
          writer.append(new Sample(text(random, longest), "test/set", document, 0));
        }
        shards.add(writer.commit());
      }
    }
    long tokenCount = shards.stream().mapToLong(ShardEntry::tokens).sum();
    new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "test",
            Vocabulary.of(tokens).fingerprint(),
            vocabularySize,
            true,
            true,
            true,
            longest + 5,
            1,
            samples,
            tokenCount,
            shards,
            List.of(),
            Map.of())
        .publish(storage, folder.toString());
  }

  private static int[] text(Random random, int longest) {
    int[] ids = new int[8 + random.nextInt(longest - 7)];
    int state = random.nextInt(20);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 5 + state;
      state = (state + 1 + random.nextInt(2)) % 20;
    }
    return ids;
  }
}
