package io.retromae.core.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecialTokensTest {
  private static final SpecialTokens OTHER =
      new SpecialTokens("<pad>", "<unk>", "<s>", "</s>", "<mask>");
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(List.of("a", "<s>", "</s>", "##b", "<unk>", "<mask>", "<pad>"), OTHER);

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private Vocabulary load() {
    return Vocabulary.load(storage, folder.toString());
  }

  @Test
  void idsFollowTheSpellingOfTheVocabulary() {
    assertEquals(6, VOCABULARY.padId());
    assertEquals(4, VOCABULARY.unkId());
    assertEquals(1, VOCABULARY.clsId());
    assertEquals(2, VOCABULARY.sepId());
    assertEquals(5, VOCABULARY.maskId());
    assertTrue(VOCABULARY.isSpecial(1));
    assertFalse(VOCABULARY.isSpecial(0));
  }

  @Test
  void theTokenizerFilesAreReadBackAsTheyWere() throws IOException {
    Map<String, byte[]> files = TokenizerFiles.files(VOCABULARY, WordRules.bert(true), 512);
    for (var file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }

    assertEquals(OTHER, load().special());
    Files.delete(folder.resolve("special_tokens_map.json")); // tokenizer_config.json says it too
    assertEquals(OTHER, load().special());
    Files.delete(folder.resolve("vocab.txt"));
    assertEquals(VOCABULARY.tokens(), load().tokens());
  }

  @Test
  void aVocabularyThatLacksATokenTheFolderNamesIsRefused() throws IOException {
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
    Files.writeString(
        folder.resolve("special_tokens_map.json"), "{\"mask_token\": {\"content\": \"<mask>\"}}");

    var refusal = assertThrows(ConfigException.class, this::load);

    assertTrue(refusal.getMessage().contains("lacks <mask>"), refusal.getMessage());
  }
}
