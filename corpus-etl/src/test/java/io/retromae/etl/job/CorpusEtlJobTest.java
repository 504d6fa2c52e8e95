package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardReader;
import io.retromae.core.storage.Storage;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.stage.StageCounts;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on the shipped samples. */
class CorpusEtlJobTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir static Path folder;

  /** What a run of the job gives that nothing disturbs; made once, changed by no test. */
  private static final String REFERENCE = "reference";

  private static EtlReport reference;

  @BeforeAll
  static void runUndisturbed() {
    reference = job(REFERENCE).run();
  }

  private static List<String> hashes(String output) {
    return EtlRun.hashes(folder.resolve(output));
  }

  private static EtlRun job(String output, String... more) {
    return EtlRun.ofExamples(folder.resolve(output)).with(more);
  }

  @Test
  void samplesBecomeShardsAndEveryRecordIsAccountedFor() throws IOException {
    EtlReport report = reference;
    Path output = folder.resolve(REFERENCE);
    String corpus = output.toString();
    ShardManifest manifest = ShardManifest.open(STORAGE, corpus);
    assertEquals(report.samples(), manifest.samples());
    assertTrue(manifest.shards().size() > 1);
    long aside = report.quarantined().values().stream().mapToLong(Long::longValue).sum();
    assertEquals(report.records(), aside + report.counts().documents(StageCounts.READ));
    assertTrue(report.quarantined().containsKey("invalid_json"), report.quarantined().toString());
    assertTrue(report.quarantined().containsKey("invalid_utf8"), report.quarantined().toString());
    assertTrue(report.quarantined().containsKey("missing_text"), report.quarantined().toString());
    assertTrue(report.counts().documents("exact_dedup") > 0);
    Set<String> seen = new HashSet<>();
    for (ShardEntry shard : manifest.shards()) {
      ShardReader.verify(STORAGE, corpus, shard);
      try (ShardReader reader = ShardReader.open(STORAGE, corpus, shard)) {
        for (int group = 0; group < shard.rowGroups().size(); group++) {
          for (Sample sample : reader.readSamples(group)) {
            assertTrue(seen.add(sample.documentId() + " " + sample.block()), "a sample twice");
            assertTrue(sample.tokenIds().length <= 126);
          }
        }
      }
    }
    assertEquals(manifest.samples(), seen.size());
    assertFalse(Files.exists(output.resolve("_work")), "only what counts stays");
    assertTrue(Files.readString(output.resolve("report/report.md")).contains("conservation: ok"));
    assertTrue(Files.size(output.resolve("quarantine")) > 0);
  }

  @Test
  void aSecondRunAndOneCoreGiveTheSameBytes() {
    job("again").run();
    try (JavaSparkContext one = LocalSpark.alone(LocalSpark.conf("local[1]"))) { // fewer cores
      job("one").run(one);
    }

    assertEquals(hashes(REFERENCE), hashes("again"));
    assertEquals(hashes(REFERENCE), hashes("one"));
  }

  @Test
  void aCorpusThatWasMovedGivesTheSameShards() throws IOException {
    Path moved = folder.resolve("moved/far away");
    for (String corpus : List.of("pile", "wudao")) {
      Files.createDirectories(moved.resolve(corpus));
      try (var files = Files.list(ROOT.resolve("examples").resolve(corpus))) {
        for (Path file : files.toList()) {
          Files.copy(file, moved.resolve(corpus).resolve(file.getFileName()));
        }
      }
    }
    job(
            "there",
            "inputs=[{path: '%s/pile/*.zst', format: pile}, {path: '%s/wudao/*.json', format: wudao}]"
                .formatted(moved, moved))
        .run();

    assertEquals(hashes(REFERENCE), hashes("there"));
  }

  @Test
  void aRunThatDiedGoesOnToTheSameBytes() throws IOException {
    // A vocabulary that vanishes after the first pass ends the job in the middle.
    Path vocabulary = Files.copy(ROOT.resolve("examples/vocab.txt"), folder.resolve("v.txt"));
    EtlRun job = job("died", "vocab=" + vocabulary);
    var dying =
        new CorpusEtlJob(
            LocalSpark.shared(),
            job.config(),
            line -> {
              if (line.startsWith("vocab")) {
                assertTrue(vocabulary.toFile().delete());
              }
            });

    assertThrows(Exception.class, () -> dying.run(OutputMode.RESUME));
    assertFalse(ShardManifest.exists(STORAGE, folder.resolve("died").toString()));
    Path receipts = folder.resolve("died/_work/receipts");
    try (var files = Files.list(receipts)) {
      assertTrue(
          files.anyMatch(file -> file.getFileName().toString().startsWith("clean-000000")),
          "finished work is kept");
    }
    Files.copy(ROOT.resolve("examples/vocab.txt"), vocabulary);
    job.run();

    assertEquals(hashes(REFERENCE), hashes("died"));
  }

  @Test
  void aFinishedCorpusIsReportedAndNotMadeAgain() {
    EtlReport first = reference;
    List<String> before = hashes(REFERENCE);

    EtlReport second = job(REFERENCE).run();

    assertEquals(first, second);
    assertEquals(before, hashes(REFERENCE));
  }

  @Test
  void aFinishedCorpusIsNotTakenForThatOfOtherInputs() throws IOException {
    Path raw = Files.createDirectories(folder.resolve("growing"));
    Files.copy(ROOT.resolve("examples/pile/00.jsonl.zst"), raw.resolve("00.jsonl.zst"));
    String inputs = "inputs=[{path: '%s/*.zst', format: pile}]".formatted(raw);
    job("grown", inputs).run();
    Files.copy(ROOT.resolve("examples/pile/01.jsonl.zst"), raw.resolve("01.jsonl.zst"));

    var refusal = assertThrows(ConfigException.class, () -> job("grown", inputs).run());

    assertTrue(refusal.getMessage().contains("01.jsonl.zst"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("--overwrite"), refusal.getMessage());
  }

  @Test
  void strictsAdviceToSalvageGoesOnWithTheWorkThatIsDone() throws IOException {
    Path bad = Files.createDirectories(folder.resolve("advice"));
    byte[] whole = Files.readAllBytes(ROOT.resolve("examples/pile/00.jsonl.zst"));
    Files.write(bad.resolve("00.jsonl.zst"), java.util.Arrays.copyOf(whole, whole.length / 2));
    String inputs = "inputs=[{path: '%s/*.zst', format: pile}]".formatted(bad);
    assertThrows(CorruptDataException.class, () -> job("advised", inputs).run());

    EtlReport salvaged = job("advised", inputs, "on_bad_file=salvage").run();

    assertEquals(1, salvaged.badFiles().size());
    assertTrue(salvaged.samples() > 0);
  }

  @Test
  void anotherConfigurationIsRefusedWithTheDifference() {
    var refusal = assertThrows(ConfigException.class, () -> job(REFERENCE, "seed=7").run());

    assertTrue(refusal.getMessage().contains("seed 42 there, 7 here"), refusal.getMessage());
  }

  @Test
  void aTruncatedFileFailsAStrictRunAndIsCutByASalvagingOne() throws IOException {
    Path bad = Files.createDirectories(folder.resolve("bad"));
    byte[] whole = Files.readAllBytes(ROOT.resolve("examples/pile/00.jsonl.zst"));
    Files.write(bad.resolve("03.jsonl.zst"), java.util.Arrays.copyOf(whole, whole.length / 2));
    String inputs = "inputs=[{path: '%s/*.zst', format: pile}]".formatted(bad);

    var refusal = assertThrows(CorruptDataException.class, () -> job("strict", inputs).run());
    EtlReport salvaged = job("salvaged", inputs, "on_bad_file=salvage").run();

    assertTrue(refusal.getMessage().contains("03.jsonl.zst: stream ends too early at byte"));
    assertFalse(ShardManifest.exists(STORAGE, folder.resolve("strict").toString()));
    assertEquals(1, salvaged.badFiles().size());
    assertTrue(salvaged.samples() > 0);
  }

  @Test
  void aPatternWithoutFilesIsNamed() {
    var refusal =
        assertThrows(
            ConfigException.class,
            () -> job("none", "inputs=[{path: '/nowhere/*.zst', format: pile}]").run());

    assertTrue(
        refusal.getMessage().contains("inputs[0].path /nowhere/*.zst: no file matches"),
        refusal.getMessage());
  }
}
