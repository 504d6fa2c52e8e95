package io.retromae.core.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerJsonTest {
  private static final Vocabulary VOCABULARY = vocabulary();

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static Vocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    tokens.addAll(List.of("a", "##b", "中"));
    return Vocabulary.of(tokens);
  }

  /** Writes what we write for others, with one text replaced. */
  private Path write(String text, String replacement) throws IOException {
    byte[] bytes =
        TokenizerFiles.files(VOCABULARY, WordRules.bert(true), 512).get("tokenizer.json");
    String json = new String(bytes, StandardCharsets.UTF_8);
    assertTrue(json.contains(text), json);
    return Files.writeString(folder.resolve("tokenizer.json"), json.replace(text, replacement));
  }

  private String refusal(String text, String replacement) throws IOException {
    write(text, replacement);
    return assertThrows(ConfigException.class, () -> Vocabulary.load(storage, folder.toString()))
        .getMessage();
  }

  @Test
  void aModelFolderWithTokenizerJsonAloneIsRead() throws IOException {
    write("", "");

    assertEquals(VOCABULARY.tokens(), Vocabulary.load(storage, folder.toString()).tokens());
    assertEquals(
        VOCABULARY.fingerprint(),
        Vocabulary.load(storage, folder.resolve("tokenizer.json").toString()).fingerprint());
  }

  @Test
  void otherModelsAreNamed() throws IOException {
    String bpe =
        refusal(
            "\"type\" : \"WordPiece\",\n    \"unk_token\"", "\"type\" : \"BPE\", \"unk_token\"");

    assertTrue(bpe.contains("its model is BPE; supported is WordPiece"), bpe);
  }

  @Test
  void anotherNormalizerIsNamed() throws IOException {
    String message = refusal("BertNormalizer", "NFKC");

    assertTrue(message.contains("normalizer.type = NFKC; supported is BertNormalizer"), message);
  }

  @Test
  void allDifferencesAreReportedAtOnce() throws IOException {
    write("\"clean_text\" : true", "\"clean_text\" : false");
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Files.readString(file).replace("BertPreTokenizer", "WhitespaceSplit"));

    var refusal =
        assertThrows(ConfigException.class, () -> Vocabulary.load(storage, folder.toString()));

    assertEquals(2, refusal.problems().size(), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("clean_text = false"), refusal.getMessage());
  }

  @Test
  void otherTokensAroundATextAreRefused() throws IOException {
    String message = refusal("\"single\"", "\"single\" : [], \"other\"");

    assertTrue(message.contains("makes rows of []"), message);
  }

  @Test
  void anAddedSpecialTokenIsRefused() throws IOException {
    String message = refusal("\"content\" : \"[PAD]\"", "\"content\" : \"a\"");

    assertTrue(message.contains("added token 'a'"), message);
  }

  @Test
  void aHoleInTheIdsIsNamed() throws IOException {
    String message = refusal("\"##b\" : 6", "\"##b\" : 8");

    assertTrue(message.contains("none is 6"), message);
  }

  @Test
  void anAddedWordIsRefused() throws IOException {
    String message = refusal("\"special\" : true", "\"special\" : false");

    assertTrue(message.contains("added token '[PAD]'"), message);
  }
}
