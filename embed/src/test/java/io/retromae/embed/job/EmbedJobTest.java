package io.retromae.embed.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputMode;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.spark.LocalSpark;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job in this process: what becomes of each kind of input. */
class EmbedJobTest {
  @TempDir Path folder;
  private Path output;
  private EmbedRun run;

  @BeforeEach
  void prepare() {
    output = folder.resolve("out");
    run = EmbedRun.into(output);
  }

  private Path write(String name, String... lines) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  /** What the encoder itself makes of texts. */
  private float[][] expected(String... texts) {
    try (TextEncoder encoder = SharedEncoder.acquire(EmbedRun.STORAGE, run.plan().encoder())) {
      return encoder.encode(List.of(texts));
    }
  }

  private static void assertVectors(float[][] expected, VectorBlock block) {
    assertEquals(expected.length, block.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], block.vector(i), 1e-6f, block.ids().get(i));
    }
  }

  private String refusal(Class<? extends RuntimeException> kind) {
    return assertThrows(kind, () -> run.run()).getMessage();
  }

  @Test
  void linesAreTextsAndEmptyOnesToo() throws IOException {
    run.input(write("in/a.txt", "天地人", "", "ka ke ki."));

    EmbedReport report = run.run();

    assertEquals(3, report.embedded());
    VectorBlock vectors = run.vectors("vectors");
    assertEquals(List.of("a.txt#1", "a.txt#2", "a.txt#3"), vectors.ids());
    assertVectors(expected("天地人", "", "ka ke ki."), vectors);
    assertTrue(run.console().contains("vectors of 32, cls pooling, normalized"), run.console());
    assertFalse(Files.exists(output.resolve("_work")));
    assertEquals(3, VectorVerifier.verify(EmbedRun.STORAGE, output.toString()).rows());
  }

  @Test
  void sparkReadsTheFolderAsOneDataSetWithNullVectors() throws IOException {
    run.with("inputs=[{path: '%s', id_column: key}]".formatted(folder.resolve("in/*.jsonl")));
    write("in/a.jsonl", "{\"key\": \"x\", \"text\": \"天\"}", "{\"key\": 7, \"text\": null}");
    write("in/b.jsonl", "{\"key\": \"z\", \"text\": \"\"}");

    EmbedReport report = run.run();

    assertEquals(1, report.absent());
    SparkSession spark = LocalSpark.session();
    List<Row> rows =
        spark.read().parquet(output.resolve("vectors").toString()).orderBy("id").collectAsList();
    assertEquals(List.of("7", "x", "z"), rows.stream().map(row -> row.getString(0)).toList());
    assertTrue(rows.get(0).isNullAt(1));
    assertEquals(32, rows.get(1).getList(1).size());
    assertEquals(1, run.manifest().absent());
    assertEquals(3, run.manifest().rows());
  }

  @Test
  void titlesGoBeforeTextsAndNestedColumnsAreFound() throws IOException {
    Path file =
        write(
            "a.jsonl",
            "{\"m\": {\"t\": \"天\"}, \"body\": \"地 \"}",
            "{\"m\": {\"t\": null}, \"body\": \"人\"}");
    run.with("inputs=[{path: '%s', text_column: body, title_column: m.t}]".formatted(file));

    run.run();

    assertVectors(expected("天 地", "人"), run.vectors("vectors"));
  }

  @Test
  void numpysFilesAndParquetHoldTheSame() throws IOException {
    run.input(write("a.jsonl", "{\"text\": \"天\"}", "{\"text\": null}", "{\"text\": \"地\"}"))
        .with("format=both", "rows_per_file=2");

    run.run();

    VectorBlock npy = run.vectors("npy");
    VectorBlock parquet = run.vectors("vectors");
    assertEquals(List.of("a.jsonl#1", "a.jsonl#3"), npy.ids());
    assertEquals(npy.ids(), parquet.ids());
    assertArrayEquals(parquet.values(), npy.values());
    assertEquals(6, run.manifest().files().size(), "two of each, and ids");
    VectorVerifier.verify(EmbedRun.STORAGE, output.toString());
  }

  @Test
  void longTextsAreCutAndCounted() throws IOException {
    String megabyte = "天地".repeat(170_000);
    run.input(write("a.txt", megabyte, "天")).with("max_length=8");

    EmbedReport report = run.run();

    assertEquals(1, report.cut());
    assertEquals(0.5, report.cutShare());
    assertEquals(7, report.tokens(), "8 with [CLS] and [SEP], and 1");
    assertVectors(expected("天地天地天地", "天"), run.vectors("vectors"));
  }

  @Test
  void compressedFilesAreReadWhole() throws IOException {
    Path file = folder.resolve("a.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("天\n地\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    run.input(file).with("bytes_per_task=1");

    run.run();

    assertEquals(List.of("a.txt.gz#1", "a.txt.gz#2"), run.vectors("vectors").ids());
  }

  @Test
  void aTruncatedFileIsRefusedWithItsPlace() throws IOException {
    Path file = folder.resolve("a.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("天\n".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 10));
    run.input(file);

    String message = refusal(CorruptDataException.class);

    assertTrue(message.contains("a.txt.gz: cannot be read behind record"), message);
    assertFalse(Files.exists(output.resolve("_SUCCESS.json")));
  }

  @Test
  void badRecordsEndTheJobBeforeAnythingIsComputedAndAreNamed() throws IOException {
    run.input(
        write(
            "a.jsonl",
            "{\"text\": \"天\"}",
            "",
            "{\"text\": 5}",
            "{\"body\": \"x\"}",
            "[1]",
            "{broken"));

    String message = refusal(CorruptDataException.class);

    assertTrue(message.contains("a.jsonl record 3: 'text' must be a text, is number"), message);
    assertTrue(message.contains("a.jsonl record 4: has no 'text', only body"), message);
    assertTrue(message.contains("record 5: a record must be an object"), message);
    assertTrue(message.contains("a.jsonl record 6: "), message);
    assertTrue(
        message.contains("4 of 5 records give no text {invalid_json=1, no_text=1, wrong_type=2}"),
        message);
    assertTrue(Files.readString(output.resolve("report.json")).contains("\"no_text\" : 1"));
    assertFalse(Files.exists(output.resolve("vectors")));
  }

  @Test
  void skippedBadRecordsAreCountedAndOthersKeepTheirNumbers() throws IOException {
    run.input(write("a.jsonl", "{\"text\": \"天\"}", "{\"text\": 5}", "{\"text\": \"地\"}"))
        .with("on_bad_record=skip");

    String tooMany = refusal(CorruptDataException.class);
    EmbedReport report = run.with("limits.max_bad_share=0.5").run();

    assertTrue(tooMany.contains("more than limits.max_bad_share = 0.2"), tooMany);
    assertEquals(Map.of("wrong_type", 1L), report.bad());
    assertEquals(List.of("a.jsonl#1", "a.jsonl#3"), run.vectors("vectors").ids());
    assertTrue(report.badExamples().get(0).contains("a.jsonl record 2"), report.toString());
  }

  @Test
  void aLineThatIsNoUtf8IsABadRecordOfATextFile() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.write(file, new byte[] {'a', '\n', (byte) 0xff, '\n'});
    run.input(file);

    String message = refusal(CorruptDataException.class);

    assertTrue(message.contains("a.txt record 2: malformed UTF-8"), message);
  }

  @Test
  void nothingToEmbedIsNoSuccess() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    run.input(Files.createDirectory(folder.resolve("bare")));
    String none = refusal(ConfigException.class);
    run.input(empty);

    String message = refusal(CorruptDataException.class);
    run.input(write("null.jsonl", "{\"text\": null}"));
    String nulls = refusal(CorruptDataException.class);

    assertTrue(none.contains("bare: no file matches"), none);
    assertTrue(message.contains("the inputs hold no record"), message);
    assertTrue(nulls.contains("the text of all 1 records is null"), nulls);
    assertFalse(Files.exists(output.resolve("_SUCCESS.json")));
  }

  @Test
  void idsThatOccurTwiceAreCountedAndNamed() throws IOException {
    List<String> lines = new ArrayList<>();
    IntStream.range(0, 50)
        .forEach(i -> lines.add("{\"i\": %d, \"text\": \"天\"}".formatted(i % 49)));
    Path file = write("a.jsonl", lines.toArray(String[]::new));
    run.with("inputs=[{path: '%s', id_column: i}]".formatted(file), "bytes_per_task=100");

    EmbedReport report = run.run();

    assertEquals(1, report.duplicateIds());
    assertTrue(
        report.duplicateExamples().get(0).matches("'0': .*a.jsonl record 1, .*a.jsonl record 50"),
        report.duplicateExamples().toString());
    assertTrue(run.console().contains("warning: 1 rows have the id of another row"), run.console());
  }

  @Test
  void oneNameTwiceWithoutIdsIsRefused() throws IOException {
    write("one/a.txt", "天");
    write("two/a.txt", "地");
    run.with(
        "inputs=[{path: '%s'}, {path: '%s'}]"
            .formatted(folder.resolve("one"), folder.resolve("two")));

    assertTrue(refusal(ConfigException.class).contains("would give the same ids"));
  }

  @Test
  void anOutputInTheModelsFolderIsRefused() throws IOException {
    run.input(write("a.txt", "天")).with("output=" + EmbedRun.MODEL.resolve("vectors"));

    assertTrue(refusal(ConfigException.class).contains("lies in the folder of the model"));
  }

  @Test
  void aSecondRunFindsItFinishedAndOtherSettingsAreRefusedWithTheDifference() throws IOException {
    Path file = write("a.txt", "天", "地");
    run.input(file).run();
    List<String> before = run.hashes();

    EmbedReport again = run.run();
    EmbedRun other = EmbedRun.into(output).input(file).with("pooling=mean");
    String refused = assertThrows(ConfigException.class, other::run).getMessage();
    EmbedReport replaced = other.run(OutputMode.OVERWRITE);

    assertEquals(2, again.embedded());
    assertTrue(run.console().contains("finished already"), run.console());
    assertTrue(refused.contains("pooling cls there, mean here"), refused);
    assertEquals(2, replaced.embedded());
    assertFalse(before.equals(other.hashes()));
  }

  @Test
  void changedInputsOfFinishedVectorsAreRefused() throws IOException {
    run.input(write("a.txt", "天")).run();
    write("a.txt", "天", "地");

    assertTrue(refusal(ConfigException.class).contains("finished already, but from other inputs"));
  }

  @Test
  void theFoldersPromptGoesBeforeQueries() throws IOException {
    Path model = folder.resolve("model");
    Files.createDirectories(model);
    for (String name : List.of("config.json", "model.safetensors", "vocab.txt")) {
      Files.copy(EmbedRun.MODEL.resolve(name), model.resolve(name));
    }
    Files.writeString(
        model.resolve("config_sentence_transformers.json"), "{\"prompts\": {\"query\": \"水火 \"}}");
    run.input(write("a.txt", "天")).with("model=" + model, "kind=query");

    run.run();

    assertVectors(expected("水火 天"), run.vectors("vectors"));
    assertEquals("水火 ", run.manifest().instruction());
    EmbedRun passages = EmbedRun.into(folder.resolve("p")).input(folder.resolve("a.txt"));
    passages.with("model=" + model, "kind=passage").run();
    assertTrue(
        passages.console().contains("has no prompt 'passage', only query"), passages.console());
  }

  @Test
  void verifyNamesADamagedFileAndGarbageIsListed() throws IOException {
    run.input(write("a.txt", "天", "地")).with("rows_per_file=1").run();
    String name = run.manifest().files().get(1).name();
    byte[] bytes = Files.readAllBytes(output.resolve(name));
    bytes[10] ^= 1;
    Files.write(output.resolve(name), bytes);
    Files.writeString(output.resolve("vectors/stray.parquet"), "x");

    String damage =
        assertThrows(
                CorruptDataException.class,
                () -> VectorVerifier.verify(EmbedRun.STORAGE, output.toString()))
            .getMessage();
    List<String> garbage = VectorGarbage.delete(EmbedRun.STORAGE, output.toString());

    assertTrue(damage.contains(name + ": SHA-256 differs"), damage);
    assertEquals(1, garbage.size(), garbage.toString());
    assertFalse(Files.exists(output.resolve("vectors/stray.parquet")));
  }
}
