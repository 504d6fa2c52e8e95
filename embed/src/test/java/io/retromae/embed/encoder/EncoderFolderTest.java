package io.retromae.embed.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.bert.Pooling;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.settings.DeviceSetting;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderFolderTest {
  @TempDir Path path;
  private TinyFolder folder;

  @BeforeEach
  void write() {
    folder = new TinyFolder(path);
  }

  private String refusal() {
    String message = assertThrows(ConfigException.class, folder::open).getMessage();
    assertTrue(message.contains(path.toString()), message);
    assertTrue(!message.contains("\n"), message);
    return message;
  }

  @Test
  void aBareBertIsClsAndNormalizedAndSaysSo() {
    EncoderDefaults defaults = folder.open().defaults();

    assertEquals(Pooling.CLS, defaults.pooling());
    assertTrue(defaults.normalize());
    assertEquals(30, defaults.maxLength(), "model_max_length of the tokenizer");
    assertEquals(Optional.empty(), defaults.similarity());
    assertEquals(1, defaults.saidAloud().size(), defaults.saidAloud().toString());
    assertTrue(defaults.saidAloud().get(0).contains("no modules.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false} | CLS",
        "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": false} | MEAN",
        "{\"pooling_mode_lasttoken\": true, \"include_prompt\": false} | LAST_TOKEN",
        "{\"word_embedding_dimension\": 16} | MEAN",
        "{\"pooling_mode\": \"cls\"} | CLS",
        "{\"pooling_mode\": \"mean\", \"include_prompt\": true} | MEAN",
        "{\"pooling_mode\": [\"lasttoken\"]} | LAST_TOKEN"
      })
  void poolingIsThatOfTheModule(String config, Pooling pooling) {
    EncoderDefaults defaults = folder.withModules(config).open().defaults();

    assertEquals(pooling, defaults.pooling());
    assertEquals(false, defaults.normalize());
    assertEquals(List.of(), defaults.saidAloud());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pooling_mode_max_tokens\": true}",
        "{\"pooling_mode_mean_sqrt_len_tokens\": true}",
        "{\"pooling_mode_weightedmean_tokens\": true}",
        "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}",
        "{\"pooling_mode\": [\"cls\", \"mean\"]}",
        "{\"pooling_mode\": \"something\"}",
        "{\"pooling_mode\": \"mean\", \"include_prompt\": false}",
        "{\"pooling_mode\": \"cls\", \"include_prompt\": false}"
      })
  void otherPoolingsAreRefused(String config) {
    folder.withModules(config);

    assertTrue(refusal().contains("1_Pooling/config.json"));
  }

  @Test
  void modulesThatChangeVectorsAreRefusedByName() {
    folder.withModules("{\"pooling_mode\": \"mean\"}");
    folder.text(
        "modules.json",
        """
        [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"}]
        """);
    assertTrue(refusal().contains("[Transformer, Pooling, Dense]"), refusal());

    folder.text(
        "modules.json",
        """
        [{"idx": 0, "path": "", "type": "own.code.Transformer"},
         {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
        """);
    assertTrue(refusal().contains("own.code.Transformer"), refusal());
  }

  @Test
  void aTransformerMayLieInAFolderBelowButNotBesideOrAbove() throws Exception {
    folder.withModules("{\"pooling_mode\": \"mean\"}");
    String modules = Files.readString(path.resolve("modules.json"));
    Files.createDirectories(path.resolve("0_BERT"));
    for (String name :
        List.of("config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors")) {
      Files.move(path.resolve(name), path.resolve("0_BERT").resolve(name));
    }
    folder.text("modules.json", modules.replace("\"path\": \"\"", "\"path\": \"0_BERT\""));
    folder.text("0_BERT/sentence_bert_config.json", "{\"max_seq_length\": 12}");

    assertEquals(12, folder.open().defaults().maxLength());

    folder.text("modules.json", modules.replace("\"path\": \"\"", "\"path\": \"../x\""));
    assertTrue(refusal().contains("path = ../x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../1_Pooling", "/1_Pooling", "s3a://b/1_Pooling"})
  void aPoolingLiesInAFolderBelow(String pooling) throws Exception {
    folder.withModules("{\"pooling_mode\": \"mean\"}");
    String modules = Files.readString(path.resolve("modules.json"));
    folder.text("modules.json", modules.replace("1_Pooling", pooling));

    assertTrue(refusal().contains("path = " + pooling + ": must be a folder below it"), refusal());
  }

  @Test
  void promptsAndSimilarityAreTheFolders() {
    folder.text(
        "config_sentence_transformers.json",
        """
        {"prompts": {"query": "find: ", "document": ""}, "default_prompt_name": "query",
         "similarity_fn_name": "dot"}
        """);

    EncoderDefaults defaults = folder.open().defaults();

    assertEquals(Map.of("query", "find: ", "document", ""), defaults.prompts());
    assertEquals(Optional.of("query"), defaults.defaultPrompt());
    assertEquals(Optional.of("dot"), defaults.similarity());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"default_prompt_name\": \"query\"}",
        "{\"prompts\": {\"passage\": \"\"}, \"default_prompt_name\": \"query\"}",
        "{\"similarity_fn_name\": \"own\"}",
        "{\"prompts\": "
      })
  void whatCannotBeFollowedIsRefused(String config) {
    folder.text("config_sentence_transformers.json", config);

    assertTrue(refusal().contains("config_sentence_transformers.json: "));
  }

  @ParameterizedTest
  @CsvSource({"20, 20, 1", "40, 40, 1", "512, 40, 2"})
  void theLimitIsTheFilesButNeverAboveThePositions(int said, int taken, int lines) {
    folder.text("sentence_bert_config.json", "{\"max_seq_length\": %d}".formatted(said));

    EncoderDefaults defaults = folder.open().defaults();

    assertEquals(taken, defaults.maxLength());
    assertEquals(lines, defaults.saidAloud().size(), defaults.saidAloud().toString());
  }

  @ParameterizedTest
  @CsvSource({"2, 100, max_length = 2", "41, 100, max_length = 41", "10, 2, tokens_per_batch = 2"})
  void optionsThatDoNotFitAreRefused(int maxLength, int tokens, String named) {
    EncoderOptions options =
        new EncoderOptions(
            Optional.empty(), Optional.empty(), Optional.of(maxLength), tokens, DeviceSetting.CPU);
    EncoderFolder opened = folder.open();

    String message = assertThrows(ConfigException.class, () -> opened.spec(options)).getMessage();

    assertTrue(message.startsWith(named), message);
  }

  @Test
  void whatIsNoWholeEncoderIsRefusedBeforeItIsLoaded() throws Exception {
    String query = "bert.encoder.layer.1.attention.self.query.weight";
    TensorData whole = folder.tensor(query);
    folder.without(query);
    assertTrue(refusal().contains("the model lacks " + query), refusal());

    folder.with(query, new TensorData("F32", new long[] {2, 2}, ByteBuffer.allocate(16)));
    assertTrue(refusal().contains(query + " is F32 [2, 2]"), refusal());

    String positions = "bert.embeddings.position_embeddings.weight";
    folder.with(query, whole);
    folder.with(
        positions, new TensorData("F32", new long[] {20, 16}, ByteBuffer.allocate(20 * 16 * 4)));
    assertTrue(refusal().contains("the weights know 20 positions"), refusal());

    Files.delete(path.resolve("model.safetensors"));
    assertTrue(refusal().contains("holds neither model.safetensors"), refusal());

    Files.delete(path.resolve("config.json"));
    assertTrue(refusal().startsWith("model = "), refusal());
  }

  @Test
  void aVocabularyOfAnotherModelIsRefused() {
    folder.text("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n" + "a\n".repeat(1) + words(70));

    assertTrue(refusal().contains("they are of two models"), refusal());
  }

  private static String words(int count) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      words.append("w").append(i).append('\n');
    }
    return words.toString();
  }

  @Test
  void aHeadThatIsThereIsNotRead() {
    String fingerprint = folder.open().fingerprint();
    ByteBuffer differs = ByteBuffer.allocate(64 * 16 * 4);
    folder.with(
        "cls.predictions.decoder.weight", new TensorData("F32", new long[] {64, 16}, differs));

    EncoderFolder opened = folder.open();

    assertEquals(16, opened.width());
    assertNotEquals(fingerprint, opened.fingerprint());
  }

  /** Samples of a file of 3 MB would not see it. */
  @Test
  void aSingleBitOfTheWeightsMovesTheFingerprint() {
    ByteBuffer values = ByteBuffer.allocate(3 << 20);
    TensorData tensor = new TensorData("F32", new long[] {3 << 18}, values);
    List<String> fingerprints = new ArrayList<>();
    for (int place : new int[] {0, 100_000, 1 << 20, (3 << 20) - 1}) {
      values.put(place, (byte) 1);
      folder.with("more", tensor);
      fingerprints.add(folder.open().fingerprint());
      values.put(place, (byte) 0);
    }

    assertEquals(4, fingerprints.stream().distinct().count());
  }

  @Test
  void theFingerprintIsThatOfTheContent() {
    String before = folder.open().fingerprint();
    assertEquals(before, folder.open().fingerprint());

    folder.text("tokenizer_config.json", "{\"do_lower_case\": false}");
    assertNotEquals(before, folder.open().fingerprint());
  }
}
