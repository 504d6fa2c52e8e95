package io.retromae.finetune.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TensorViews;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A tiny BERT, pairs of texts that share words, and settings to train it on them. */
public final class TestPairs {
  static final int STEPS = 12;
  private static final int VOCABULARY = 100;
  private static final BertShape SHAPE =
      new BertShape(VOCABULARY, 16, 2, 2, 32, 32, 2, 1e-12, 0.1, 0.1, 0.2, 0);

  private TestPairs() {}

  /** Writes {@code model} with a head that fine-tuning has no use for, and {@code pairs.jsonl}. */
  public static void write(Path folder, int lines) throws IOException {
    writeModel(Files.createDirectories(folder.resolve("model")));
    List<String> all =
        IntStream.range(0, lines).mapToObj(TestPairs::line).collect(Collectors.toList());
    Files.write(folder.resolve("pairs.jsonl"), all);
  }

  private static void writeModel(Path model) throws IOException {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < VOCABULARY; i++) {
      tokens.add("t" + i);
    }
    Files.write(model.resolve("vocab.txt"), tokens);
    Files.writeString(
        model.resolve("config.json"),
        """
        {"model_type": "bert", "vocab_size": 100, "hidden_size": 16, "num_hidden_layers": 2,
         "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 32}
        """);
    ParameterLayout layout = ParameterLayout.of(SHAPE);
    HostVector values = HostVector.allocate(layout.size());
    layout.parameters().forEach(p -> WeightInitializer.fill(values, p, SHAPE, 7));
    try (OutputStream out = Files.newOutputStream(model.resolve("model.safetensors"))) {
      Safetensors.write(
          out, TensorViews.view(layout, values, "", p -> true), Map.of("format", "pt"));
    }
  }

  private static String line(int number) {
    Random random = new Random(number);
    int topic = 5 + random.nextInt(VOCABULARY - 10);
    return "{\"query\": \"%s\", \"pos\": [\"%s\"], \"neg\": [\"%s\", \"%s\"]}"
        .formatted(
            words(random, topic, 3),
            words(random, topic, 2 + random.nextInt(12)),
            words(random, 5 + random.nextInt(VOCABULARY - 10), 6),
            words(random, 5 + random.nextInt(VOCABULARY - 10), 4));
  }

  private static String words(Random random, int topic, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "t" + Math.min(VOCABULARY - 1, topic + random.nextInt(4)))
        .collect(Collectors.joining(" "));
  }

  /** Settings of a run of {@link #STEPS} steps in the folder of {@link #write}. */
  public static List<String> settings(Path folder, String output, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "output=" + folder.resolve(output),
                "init.from=" + folder.resolve("model"),
                "data.train=[" + folder.resolve("pairs.jsonl") + "]",
                "data.global_batch_size=16",
                "data.logical_shards=4",
                "data.train_group_size=3",
                "data.query_max_length=8",
                "data.passage_max_length=16",
                "data.tokens_per_chunk=60", // of 16 tokens a row: several chunks a shard
                "objective.temperature=0.1",
                "optimizer.learning_rate=5e-3",
                "schedule.max_steps=" + STEPS,
                "checkpoint.save_steps=4",
                "logging.logging_steps=1",
                "cluster.timeout_seconds=60"));
    all.addAll(List.of(more));
    return all;
  }

  static Resolved<FinetuneConfig> config(Path folder, String output, String... more) {
    return ConfigLoader.load(FinetuneConfig.class, List.of(), settings(folder, output, more));
  }

  static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("export/model.safetensors"));
  }
}
