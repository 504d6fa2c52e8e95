package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.job.EmbedConfig;
import io.retromae.etl.job.VocabularyConfig;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.mine.MiningConfig;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.bert.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of conf/: none may become stale, and published numbers stay as published. */
class RecipesTest {
  private static final Path CONF = Path.of(System.getProperty("retromae.root")).resolve("conf");

  static List<String> recipes() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml") && !name.equals("reference.yaml"))
          .sorted()
          .toList();
    }
  }

  private static <T extends Record> T load(Class<T> type, String name) throws IOException {
    String yaml = Files.readString(CONF.resolve(name));
    return ConfigLoader.load(type, List.of(new ConfigLoader.Source(name, yaml)), List.of()).value();
  }

  private static Class<? extends Record> job(String name) {
    if (name.contains("etl")) {
      return EtlConfig.class;
    }
    if (name.startsWith("finetune")) {
      return FinetuneConfig.class;
    }
    if (name.contains("evaluate")) {
      return EvaluationConfig.class;
    }
    if (name.contains("pairs")) {
      return PairsConfig.class;
    }
    return name.contains("vocab") ? VocabularyConfig.class : PretrainConfig.class;
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeLoads(String name) throws IOException {
    if (name.equals("embed.yaml")) { // one for any model and texts
      String more = "model: m\ninputs: [{path: p}]\noutput: o\n";
      String yaml = Files.readString(CONF.resolve(name)) + more;
      ConfigLoader.load(EmbedConfig.class, List.of(new ConfigLoader.Source(name, yaml)), List.of());
    } else if (name.equals("mine.yaml")) {
      String yaml = Files.readString(CONF.resolve(name)) + "model: m\ninputs: [p]\noutput: o\n";
      ConfigLoader.load(
          MiningConfig.class, List.of(new ConfigLoader.Source(name, yaml)), List.of());
    } else {
      load(job(name), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "retromae, 256, 1e-4, 512, 256, RAW",
    "retromae-msmarco, 1024, 1e-4, 150, 256, RAW",
    "dupmae, 256, 1e-4, 512, 256, EMBEDDINGS",
    "bge-en-small, 720, 2e-5, 512, 128, EMBEDDINGS",
    "bge-en-base, 720, 2e-5, 512, 128, EMBEDDINGS",
    "bge-en-large, 720, 2e-5, 512, 128, EMBEDDINGS",
    "bge-zh-small, 720, 1.5e-4, 512, 128, EMBEDDINGS",
    "bge-zh-base, 720, 1e-4, 512, 128, EMBEDDINGS",
    "bge-zh-large, 720, 5e-5, 512, 128, EMBEDDINGS"
  })
  void publishedNumbersAreTheRecipes(
      String name,
      long globalBatch,
      double learningRate,
      int length,
      int maskPool,
      ObjectiveSettings.DecoderQuery query)
      throws IOException {
    PretrainConfig recipe = load(PretrainConfig.class, name + ".yaml");

    assertEquals(globalBatch, recipe.globalBatchSize());
    assertEquals(learningRate, recipe.optimizer().learningRate());
    assertEquals(length, recipe.data().maxSeqLength());
    assertEquals(maskPool, recipe.objective().maskPool());
    assertEquals(query, recipe.objective().decoderQuery());
    assertEquals(0.3, recipe.objective().encoderMlmProbability());
    assertEquals(0.5, recipe.objective().decoderMlmProbability());
    assertEquals(0, recipe.data().logicalShards() % recipe.cluster().workers());
    assertTrue(recipe.init().from().isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "bge-zh-stage1, 19200, 1, 128, 128, 0.01, 1e-5, CLS",
    "bge-zh-stage2, 3072, 2, 64, 256, 0.02, 1e-5, CLS",
    "bge-en-stage1, 32784, 1, 128, 128, 0.01, 1e-5, CLS",
    "bge-en-stage2, 1024, 8, 512, 512, 0.02, 1e-5, CLS",
    "retromae-msmarco, 128, 16, 32, 140, 1, 2e-5, CLS",
    "dpr, 128, 2, 256, 256, 1, 2e-5, CLS",
    "e5, 32768, 1, 128, 128, 0.01, 2e-4, MEAN"
  })
  void publishedNumbersOfFineTuningAreTheRecipes(
      String name,
      int globalBatch,
      int groupSize,
      int queryLength,
      int passageLength,
      double temperature,
      double learningRate,
      Pooling pooling)
      throws IOException {
    FinetuneConfig recipe = load(FinetuneConfig.class, "finetune-" + name + ".yaml");

    assertEquals(globalBatch, recipe.data().globalBatchSize());
    assertEquals(groupSize, recipe.data().trainGroupSize());
    assertEquals(queryLength, recipe.data().queryMaxLength());
    assertEquals(passageLength, recipe.data().passageMaxLength());
    assertEquals(temperature, recipe.objective().temperature());
    assertEquals(temperature < 1, recipe.objective().normalize());
    assertEquals(learningRate, recipe.optimizer().learningRate());
    assertEquals(pooling, recipe.objective().pooling());
    assertEquals(0, recipe.data().logicalShards() % recipe.cluster().workers());
  }
}
