package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.etl.report.EtlReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on folders as they are found: every file is read, or named with a reason. */
class EtlListingTest {

  @TempDir Path folder;
  private final List<String> console = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    for (String name :
        List.of("top.jsonl", "lang=en/a.jsonl", "lang=zh/2020/b.jsonl", "汉字/with space.jsonl")) {
      Path file = folder.resolve("raw/" + name);
      Files.createDirectories(file.getParent());
      Files.write(file, line(name));
    }
    Files.createDirectories(folder.resolve("raw/zip/.hidden"));
    Files.writeString(folder.resolve("raw/zip/.hidden/x.jsonl"), "{}");
    Files.writeString(folder.resolve("raw/_SUCCESS"), "");
    Files.writeString(folder.resolve("raw/empty.jsonl"), "");
    try (OutputStream gzip =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("raw/gzip.json")))) {
      gzip.write(line("gzip"));
    }
  }

  private static byte[] line(String name) {
    String text = "This is the one text of the file that is called %s. ".formatted(name).repeat(20);
    return "{\"text\": \"%s\"}\n".formatted(text).getBytes(StandardCharsets.UTF_8);
  }

  private EtlReport run(String... more) {
    EtlRun run =
        EtlRun.into(folder.resolve("out"))
            .with(
                "inputs=[{path: '%s', format: jsonl, source_column: lang}]"
                    .formatted(folder.resolve("raw")))
            .with("filters.gopher_repetition.enabled=false", "dedup.minhash.enabled=false")
            .with(more);
    try {
      return run.run();
    } finally {
      console.addAll(run.console());
    }
  }

  @Test
  void everyFileBelowIsReadOrNamedWithItsReason() throws IOException {
    EtlReport report = run();

    assertEquals(5, report.records());
    assertEquals(
        Set.of("jsonl/en", "jsonl/zh", "jsonl/unknown"),
        report.counts().rows().stream().map(row -> row.source()).collect(Collectors.toSet()));
    assertEquals(2, report.skippedFiles().size());
    assertEquals(8, report.notes().get("files_found"));
    assertEquals(2, report.notes().get("files_not_read"));
    assertEquals(1, report.notes().get("empty_files"));
    for (String where :
        List.of(
            String.join("\n", console), Files.readString(folder.resolve("out/report/report.md")))) {
      assertTrue(
          where.contains("raw/_SUCCESS: hidden") || where.contains("raw/\\_SUCCESS: hidden"),
          where);
      assertTrue(where.contains(".hidden/x.jsonl: in hidden folder"), where);
    }
    assertTrue(
        Files.readString(folder.resolve("out/report/report.json")).contains("_SUCCESS: hidden"));
  }

  @Test
  void aFileThatIsNoTextIsRefusedOrListed() throws IOException {
    Files.writeString(folder.resolve("raw/zip/z.jsonl"), "PK\u0003\u0004 and\nother\nlines\n");

    var refusal = assertThrows(CorruptDataException.class, () -> run());
    EtlReport salvaged = run("on_bad_file=salvage");

    assertTrue(refusal.getMessage().contains("z.jsonl: it is a zip archive"));
    assertEquals(1, salvaged.badFiles().size());
    assertTrue(salvaged.badFiles().get(0).contains("(unsupported)"), salvaged.badFiles().get(0));
    assertEquals(5, salvaged.records(), "its bytes are no records");
  }
}
