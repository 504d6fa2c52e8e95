package io.retromae.etl.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.WordRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model folder says of its tokenizer is heeded before Spark starts. */
class EtlTokenizerTest {
  @TempDir Path folder;

  @BeforeEach
  void inputAndModel() throws IOException {
    Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"a\"}\n");
    Files.createDirectories(folder.resolve("model"));
    Files.writeString(
        folder.resolve("model/vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n");
  }

  private EtlConfig config(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "inputs=[{path: '%s', format: jsonl}]".formatted(folder.resolve("a.jsonl")),
                "output=" + folder.resolve("corpus"),
                "vocab=" + folder.resolve("model")));
    settings.addAll(Arrays.asList(more));
    return ConfigLoader.load(EtlConfig.class, List.of(), settings).value();
  }

  private EtlPlan plan(String... more) {
    return EtlPlan.of(new Storage(new Configuration()), config(more));
  }

  private void say(String name, String json) throws IOException {
    Files.writeString(folder.resolve("model").resolve(name), json);
  }

  @ParameterizedTest
  @CsvSource({
    "do_lower_case, lower_case",
    "strip_accents, strip_accents",
    "tokenize_chinese_chars, tokenize_chinese_chars"
  })
  void settingsMustBeTheModels(String key, String setting) throws IOException {
    say("tokenizer_config.json", "{\"%s\": false}".formatted(key));

    String message = assertThrows(ConfigException.class, this::plan).getMessage();

    assertTrue(message.contains(setting + " = true, but"), message);
    assertTrue(message.contains("set %s: false".formatted(setting)), message);
    assertEquals(7, plan(setting + "=false").vocabulary().size());
  }

  @Test
  void addedTokensAreRefused() throws IOException {
    say("added_tokens.json", "{\"retromae\": 7}");

    String message = assertThrows(ConfigException.class, this::plan).getMessage();

    assertTrue(message.contains("added token 'retromae'"), message);
  }

  @Test
  void accentsGoWithUpperCaseUnlessSaidOtherwise() {
    assertEquals(new WordRules(true, true, true), config().wordRules());
    assertEquals(new WordRules(false, false, true), config("lower_case=false").wordRules());
    assertEquals(
        new WordRules(false, true, false),
        config("lower_case=false", "strip_accents=true", "tokenize_chinese_chars=false")
            .wordRules());
  }
}
