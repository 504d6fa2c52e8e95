package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model folder whose tokenizer is not the corpus's is refused before Spark starts. */
class StartModelTest {
  @TempDir Path folder;

  @BeforeEach
  void corpusAndModel() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 600); // lower-cased, without accents
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.copy(folder.resolve("corpus/vocab.txt"), model.resolve("vocab.txt"));
    Files.writeString(
        model.resolve("config.json"),
        ("{\"model_type\": \"bert\", \"vocab_size\": %d, \"hidden_size\": 8,"
                + " \"num_hidden_layers\": 1, \"num_attention_heads\": 2,"
                + " \"intermediate_size\": 16, \"max_position_embeddings\": 32}")
            .formatted(TestCorpus.VOCABULARY_SIZE));
  }

  private String refusal(String tokenizerConfig) throws IOException {
    Files.writeString(folder.resolve("model/tokenizer_config.json"), tokenizerConfig);
    List<String> settings = new ArrayList<>(PretrainJobTest.settings(folder, "run"));
    settings.add("init.from=" + folder.resolve("model"));
    PretrainConfig config = ConfigLoader.load(PretrainConfig.class, List.of(), settings).value();
    Storage storage = new Storage(new Configuration());
    return assertThrows(ConfigException.class, () -> PretrainPlan.of(storage, config)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "do_lower_case, lower_case",
    "strip_accents, strip_accents",
    "tokenize_chinese_chars, tokenize_chinese_chars"
  })
  void aCorpusOfOtherWordsIsRefused(String key, String setting) throws IOException {
    String message = refusal("{\"%s\": false}".formatted(key));

    assertTrue(message.contains(setting + " = true, but"), message);
    assertTrue(message.contains("tokenizer_config.json says %s = false".formatted(key)), message);
    assertTrue(message.contains("re-run etl with %s: false".formatted(setting)), message);
  }

  @Test
  void aModelThatAgreesIsAskedForItsWeights() throws IOException {
    String message = refusal("{\"do_lower_case\": true}");

    assertTrue(message.contains("holds neither model.safetensors"), message);
  }
}
