package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.etl.report.EtlReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that are not what their settings say end the job, and others earn a warning. */
class EtlRefusalTest {
  @TempDir static Path folder;
  private final List<String> console = new ArrayList<>();

  private static String good(String key, int number) {
    return "{\"%s\": \"Number %d of these reports says that the old harbour was closed in the winter, and that the people of the town have waited for the boats with great care.\", \"meta\": {\"set\": \"a\"}}\n"
        .formatted(key, number);
  }

  private static String good(String key, int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append(good(key, i));
    }
    return lines.toString();
  }

  private static String input(String name, String content, String more) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return "{path: '%s', format: jsonl%s}".formatted(file, more);
  }

  private EtlReport run(String output, String inputs, String... more) {
    EtlRun run =
        EtlRun.into(folder.resolve(output))
            .with("inputs=[" + inputs + "]")
            .with("packing={max_seq_length: 128, min_block: 8}")
            .with("dedup={exact: false, minhash: {enabled: false}}")
            .with("filters.gopher_quality.enabled=false", "filters.gopher_repetition.enabled=false")
            .with(more);
    try {
      return run.run();
    } finally {
      console.addAll(run.console());
    }
  }

  private CorruptDataException refused(String output, String inputs, String... more) {
    var refusal = assertThrows(CorruptDataException.class, () -> run(output, inputs, more));
    assertFalse(ShardManifest.exists(EtlRun.STORAGE, folder.resolve(output).toString()));
    assertFalse(Files.exists(folder.resolve(output).resolve("data")), "nothing that looks whole");
    return refusal;
  }

  private boolean warned(String text) {
    return console.stream().anyMatch(line -> line.startsWith("warning: ") && line.contains(text));
  }

  @Test
  void anInputWhoseTextIsUnderAnotherKeyIsRefusedWithTheKeysAndMendedWithoutOverwriting()
      throws IOException {
    String lines = good("content", 0, 12);
    String wrong = input("content.jsonl", lines, "");

    String message = refused("keys", wrong).getMessage();

    assertEquals(1, message.lines().count());
    assertTrue(message.contains("12 of 12 records quarantined"), message);
    assertTrue(message.contains("limits.max_quarantined_share = 0.2"), message);
    assertTrue(message.contains("12 for missing_text: no text in 'text'"), message);
    assertTrue(message.contains("keys seen: content, meta.set; set text_column"), message);
    String report = Files.readString(folder.resolve("keys/report/report.md"));
    assertTrue(report.contains("keys seen: content"), report);
    assertTrue(report.contains("content.jsonl | 12 | 12 | missing_text 12 |"), report);
    assertTrue(Files.readString(folder.resolve("keys/report/report.html")).contains("No corpus"));
    try (var aside = Files.list(folder.resolve("keys/quarantine"))) {
      assertTrue(aside.anyMatch(file -> file.toString().endsWith(".jsonl")));
    }

    EtlReport mended = run("keys", input("content.jsonl", lines, ", text_column: content"));

    assertEquals(12, mended.samples());
    assertEquals("", mended.refused());
    try (var aside = Files.list(folder.resolve("keys"))) {
      assertTrue(aside.noneMatch(file -> file.endsWith("quarantine")), "of the first try");
    }
    assertThrows(ConfigException.class, () -> run("keys", wrong), "a finished corpus stays");
  }

  @Test
  void anObjectWhereTheTextShouldBeIsRefusedWithItsKeys() throws IOException {
    String lines = "{\"text\": {\"body\": \"a\", \"n\": 1}}\n".repeat(5);

    String message = refused("object", input("object.jsonl", lines, "")).getMessage();

    assertTrue(message.contains("5 for wrong_type: no text in 'text'"), message);
    assertTrue(message.contains("keys seen: text.body, text.n; set text_column"), message);
  }

  @Test
  void oneInputIsRefusedThoughAllTogetherAreBelowTheLimit() throws IOException {
    String bad = good("text", 0, 3) + "{\"text\": \"\"}\n{\"text\": 1}\nx\n";
    String inputs =
        input("many.jsonl", good("text", 0, 90), "") + "," + input("bad.jsonl", bad, "");

    String message = refused("share", inputs).getMessage();

    assertTrue(message.startsWith("inputs[1] "), message);
    assertTrue(message.contains("3 of 6 records quarantined"), message);
    assertTrue(console.stream().anyMatch(line -> line.contains("empty_text 1, invalid_json 1")));

    EtlReport accepted = run("share", inputs, "limits.max_quarantined_share=0.5");

    assertEquals(93, accepted.samples());
    assertEquals(3, accepted.inputs().get(1).setAside());
  }

  @Test
  void oneBadRecordBesideGoodOnesEndsNoJobButOneAloneDoes() throws IOException {
    assertEquals(1, run("two", input("two.jsonl", good("text", 0, 1) + "x\n", "")).samples());

    String message = refused("alone", input("alone.jsonl", "x\n", "")).getMessage();

    assertTrue(message.contains("1 of 1 records quarantined"), message);
  }

  @Test
  void aJobOfWhichNothingIsLeftSaysWhatTookMost() throws IOException {
    String lines = good("text", 0, 5) + "{\"text\": \"Kurz.\"}\n";

    String filtered =
        refused("filtered", input("f.jsonl", lines, ""), "filters.language.keep=[zh]").getMessage();
    String packed =
        refused("packed", input("p.jsonl", lines, ""), "packing.min_block=120").getMessage();

    assertTrue(filtered.contains("no sample is left of 6 records"), filtered);
    assertTrue(filtered.contains("6 were dropped by language, other_language"), filtered);
    assertTrue(packed.contains("were dropped by packing, too_few_tokens"), packed);
    assertTrue(Files.exists(folder.resolve("packed/report/report.json")));
  }

  @Test
  void aJobWithoutAnyRecordIsRefused() throws IOException {
    String message = refused("empty", input("empty.jsonl", "\n\n", "")).getMessage();

    assertTrue(message.contains("the inputs hold no record"), message);
    Path wide = folder.resolve("wide.jsonl");
    Files.write(wide, good("text", 0, 3).getBytes(StandardCharsets.UTF_16));
    String inputs = "{path: '%s', format: jsonl}".formatted(wide);
    assertTrue(refused("strict", inputs).getMessage().contains("it is UTF-16BE, not UTF-8"));
    String salvaged = refused("salvaged", inputs, "on_bad_file=salvage").getMessage();
    assertTrue(salvaged.contains("no record could be read: "), salvaged);
    assertTrue(salvaged.contains("is UTF-16BE, not UTF-8"), salvaged);
  }

  @Test
  void aSourceColumnThatNoRecordHasIsAWarningWithTheCountAndTheKeys() throws IOException {
    String lines = good("text", 0, 12);

    EtlReport report = run("source", input("s.jsonl", lines, ", source_column: meta.name"));
    run("named", input("s.jsonl", lines, ", source_column: meta.set"));

    String warning = report.warnings().get(0).text();
    assertTrue(warning.contains("source_column 'meta.name': 12 of 12 documents"), warning);
    assertTrue(warning.contains("keys seen: meta.set, text"), warning);
    assertEquals(1, console.stream().filter(line -> line.contains("source_column")).count());
    assertTrue(
        Files.readString(folder.resolve("source/report/report.md"))
            .contains(Displayed.markdown(warning)));
  }

  @Test
  void aStageThatDropsMostOfASourceIsAWarningWithExamples() throws IOException {
    String lines =
        good("text", 0, 8) + "{\"text\": \"Kurz und schlecht ist dieser Satz hier.\"}\n".repeat(10);

    EtlReport report = run("stage", input("g.jsonl", lines, ""));

    assertTrue(warned("language drops 10 of the 18 documents of jsonl"), console.toString());
    assertEquals(3, report.warnings().get(0).examples().size());
    String markdown = Files.readString(folder.resolve("stage/report/report.md"));
    assertTrue(markdown.contains("## Warnings"), markdown);
    assertTrue(Files.readString(folder.resolve("stage/report/report.html")).contains("Kurz und"));
  }

  @Test
  void bytesBehindAnArrayAreAWarning() throws IOException {
    String record = good("content", 1, 2).strip();
    Path file = Files.writeString(folder.resolve("w.json"), "[" + record + "]\n" + record);

    run(
        "behind",
        "{path: '%s', format: wudao}".formatted(file),
        "filters.language.enabled=false",
        "filters.chinese_quality.enabled=false");

    assertTrue(warned("w.json: %,d bytes behind its last array".formatted(record.length())));
  }

  @Test
  void inputsThatOverlapAreAWarning() throws IOException {
    String inputs = input("o.jsonl", good("text", 0, 3), "");

    run("overlap", inputs + "," + inputs.replace("}", ", title_column: meta.set}"));

    assertTrue(warned("files read more than once: 1, such as "), console.toString());
  }

  @Test
  void aRecordThatWasCutWithItsFileIsNoReasonWhereFilesMayBeCut() throws IOException {
    Path cut = folder.resolve("cut.jsonl.gz");
    byte[] whole = gzip(good("text", 0, 400));
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Path lone = folder.resolve("lone.jsonl.gz");
    byte[] record = gzip(good("text", 7, 8));
    Files.write(lone, Arrays.copyOf(record, record.length - 20));
    String inputs = "{path: '%s', format: jsonl},{path: '%s', format: jsonl}".formatted(cut, lone);

    EtlReport report = run("cut", inputs, "on_bad_file=salvage");

    assertTrue(report.samples() > 0);
    assertEquals(2, report.badFiles().size());
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
