package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyJobTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  @TempDir Path folder;

  private Vocabulary run() {
    List<String> settings =
        List.of(
            "inputs=[{path: '%s', format: pile}]".formatted(folder.resolve("raw")),
            "output=" + folder.resolve("vocab.txt"),
            "size=100");
    return VocabularyJob.run(
        LocalSpark.shared(), ConfigLoader.load(VocabularyConfig.class, List.of(), settings));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.createDirectories(folder.resolve("raw"));
    Files.write(folder.resolve("raw").resolve(name), bytes);
  }

  @Test
  void wordsOfAllFilesButHiddenOnesAreCountedAndTheFileHoldsWhatWasTrained() throws IOException {
    write("a.jsonl", "{\"text\": \"Ab ab cd\"}\n".getBytes());
    write("b.jsonl", "{\"text\": \"cd xy\"}\n".getBytes());
    write("_c.jsonl", "{\"text\": \"zz zz\"}\n".getBytes());

    Vocabulary trained = run();

    assertTrue(trained.tokens().containsAll(List.of("ab", "cd", "xy")));
    assertFalse(trained.tokens().contains("z"));
    Storage storage = new Storage(new Configuration());
    assertEquals(
        trained.tokens(),
        Vocabulary.load(storage, folder.resolve("vocab.txt").toString()).tokens());
  }

  @Test
  void aBrokenFileIsNamedAndNothingWritten() throws IOException {
    byte[] whole = Files.readAllBytes(ROOT.resolve("examples/pile/00.jsonl.zst"));
    write("d.jsonl.zst", Arrays.copyOf(whole, whole.length / 2));

    var refusal = assertThrows(CorruptDataException.class, this::run);

    assertTrue(refusal.getMessage().contains("d.jsonl.zst: "), refusal.getMessage());
    assertFalse(Files.exists(folder.resolve("vocab.txt")));
  }

  @Test
  void inputsWithoutAnyWordAreRefusedWithTheReasonAndTheKeys() throws IOException {
    write("a.jsonl", "{\"content\": \"Ab ab cd\"}\n".getBytes());

    var refusal = assertThrows(CorruptDataException.class, this::run);

    assertTrue(
        refusal
            .getMessage()
            .contains("a.jsonl: 1 records quarantined: missing_text 1; keys seen: content"),
        refusal.getMessage());
    assertFalse(Files.exists(folder.resolve("vocab.txt")));
  }

  @Test
  void anOlderVocabularyIsNotReplaced() throws IOException {
    write("a.jsonl", "{\"text\": \"ab\"}\n".getBytes());
    Files.writeString(folder.resolve("vocab.txt"), "mine");

    assertThrows(ConfigException.class, this::run);
    assertEquals("mine", Files.readString(folder.resolve("vocab.txt")));
  }
}
