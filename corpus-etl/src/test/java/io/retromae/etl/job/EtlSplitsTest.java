package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.etl.report.EtlReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on files that are divided among tasks, or rewritten in pieces. */
class EtlSplitsTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    EtlRun.letters(folder);
    Files.createDirectories(folder.resolve("raw"));
  }

  /** JSON lines of different texts, one of them broken. */
  private static byte[] lines(int first, int documents) {
    StringBuilder lines = new StringBuilder();
    for (int i = first; i < first + documents; i++) {
      String sentence = "This is the sentence that has number %d in it, and they have it. ";
      lines.append("{\"text\": \"").append(sentence.formatted(i).repeat(10).strip());
      lines.append(i == first + 7 ? "\n" : "\"}\n");
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void gzip(String name, byte[] content) throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("raw/" + name)))) {
      out.write(content);
    }
  }

  private EtlReport run(String output, String... more) {
    return EtlRun.into(folder.resolve(output))
        .input(folder.resolve("raw"), "pile")
        .vocabulary(folder.resolve("vocab.txt"))
        .with("filters.gopher_repetition.enabled=false", "dedup.minhash.enabled=false")
        .with(more)
        .run();
  }

  @Test
  void splitsAndPiecesGiveTheShardsOfWholeFiles() throws IOException {
    Files.write(folder.resolve("raw/a.jsonl"), lines(0, 60));
    gzip("b.jsonl.gz", lines(40, 60));

    EtlReport whole = run("whole");
    EtlReport divided = run("divided", "reader.split_mb=0.0005", "reader.rewrite_above_mb=0.0001");

    assertTrue(whole.samples() > 0);
    assertEquals(EtlRun.hashes(folder.resolve("whole")), EtlRun.hashes(folder.resolve("divided")));
    assertEquals(whole.records(), divided.records());
    assertEquals(whole.quarantined(), divided.quarantined());
    assertEquals(2, divided.quarantined().get("invalid_json"));
  }

  @Test
  void aTruncatedFileInPiecesIsCutWhereTheWholeIs() throws IOException {
    gzip("b.jsonl.gz", lines(0, 60));
    byte[] bytes = Files.readAllBytes(folder.resolve("raw/b.jsonl.gz"));
    Files.write(folder.resolve("raw/b.jsonl.gz"), Arrays.copyOf(bytes, bytes.length * 3 / 4));

    EtlReport whole = run("whole", "on_bad_file=salvage");
    EtlReport divided =
        run(
            "divided",
            "on_bad_file=salvage",
            "reader.split_mb=0.0005",
            "reader.rewrite_above_mb=0.0001");

    assertEquals(EtlRun.hashes(folder.resolve("whole")), EtlRun.hashes(folder.resolve("divided")));
    assertEquals(whole.quarantined(), divided.quarantined());
    assertEquals(1, divided.badFiles().size());
  }

  @Test
  void everyBadInputIsNamedAtOnce() {
    var refusal =
        assertThrows(
            ConfigException.class,
            () ->
                run(
                    "x",
                    "inputs=[{path: '%s/no*', format: pile}, {path: '%s/none', format: wudao}]"
                        .formatted(folder, folder),
                    "vocab=" + folder.resolve("missing.txt")));

    assertTrue(refusal.getMessage().contains("inputs[0].path"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("inputs[1].path"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("missing.txt"), refusal.getMessage());
  }
}
