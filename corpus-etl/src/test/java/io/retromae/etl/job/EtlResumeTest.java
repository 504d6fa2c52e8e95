package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.ShardEntry;
import io.retromae.etl.report.EtlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a second run makes of what a first one left, on two small files. */
class EtlResumeTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    EtlRun.letters(folder);
    Files.createDirectories(folder.resolve("raw"));
    write("a", 40, 0);
    write("b", 40, 20); // twenty documents stand in both files
  }

  /** JSON lines whose texts differ in their numbers, the first of which is {@code first}. */
  private void write(String name, int documents, int first) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = first; i < first + documents; i++) {
      String sentence = "This is the sentence that has number %d in it, and they have it. ";
      lines.append(
          "{\"text\": \"%s\"}%n".formatted(sentence.formatted(i).repeat(10).strip()).strip());
      lines.append('\n');
    }
    Files.writeString(folder.resolve("raw/" + name + ".jsonl"), lines);
  }

  /** A file that begins well, so that only reading it shows that it is bad. */
  private Path writeCutFile() throws IOException {
    byte[] whole = Zstd.compress("{\"text\": \"a\"}\n".repeat(100).getBytes());
    return Files.write(folder.resolve("raw/c.jsonl.zst"), Arrays.copyOf(whole, whole.length - 3));
  }

  private EtlReport run(String output) {
    return EtlRun.into(folder.resolve(output))
        .input(folder.resolve("raw"), "pile")
        .vocabulary(folder.resolve("vocab.txt"))
        // the texts differ in numbers only and repeat themselves
        .with("filters.gopher_repetition.enabled=false", "dedup.minhash.enabled=false")
        .with("packing.max_seq_length=64", "samples_per_shard=100")
        .run();
  }

  private List<String> shards(String output, java.util.function.Function<ShardEntry, String> what) {
    return EtlRun.manifest(folder.resolve(output)).shards().stream().map(what).sorted().toList();
  }

  @Test
  void onlyFilesThatTheManifestNamesStay() throws IOException {
    Path bad = writeCutFile();
    assertThrows(CorruptDataException.class, () -> run("out"));
    Path killed = folder.resolve("out/data/00000-of-a-killed-attempt.parquet");
    Files.createDirectories(killed.getParent());
    Files.writeString(killed, "half a shard");
    Files.delete(bad);

    run("out");

    try (Stream<Path> files = Files.list(folder.resolve("out/data"))) {
      assertEquals(
          shards("out", ShardEntry::name),
          files.map(file -> "data/" + file.getFileName()).sorted().toList());
    }
  }

  @Test
  void aFileChangedBetweenRunsIsReadAgain() throws IOException {
    write("a", 40, 100);
    Path bad = writeCutFile();
    assertThrows(CorruptDataException.class, () -> run("out"));
    Files.delete(bad);
    write("a", 40, 0);

    EtlReport resumed = run("out");

    EtlReport fresh = run("fresh");
    assertEquals(fresh.withoutTimes(), resumed.withoutTimes());
    assertEquals(20, dropped(resumed, "exact_dedup"));
    assertEquals(shards("fresh", ShardEntry::sha256), shards("out", ShardEntry::sha256));
  }

  private static long dropped(EtlReport report, String stage) {
    return report.counts().documents(stage);
  }
}
