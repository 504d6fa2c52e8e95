package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.source.Division;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is divided by one look at its beginning: opening one of an object store takes long. */
class SourceFileTest {
  @TempDir Path folder;

  private Division divide(String name, byte[] bytes) throws IOException {
    String path = TroubledFileSystem.path(Files.write(folder.resolve(name), bytes));
    FilePart part =
        new FilePart(
            path,
            name,
            bytes.length,
            InputSettings.of(path, Format.PILE),
            Parts.limits(Parts.splitBytes(100), "rewrite_above_mb=0.0001"),
            FileSettings.standard(),
            Split.WHOLE);
    TroubledFileSystem.OPENED.set(0);
    return new SourceFile(TroubledFileSystem.storage(Long.MAX_VALUE), part).divide();
  }

  private static byte[] lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      lines.append("{\"text\": \"number ").append(i).append("\"}\n");
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void linesAreOpenedOnceAndDivided() throws IOException {
    Division division = divide("lines.jsonl", lines());

    assertTrue(division.splits().size() > 2, division.toString());
    assertFalse(division.rewriter().isPresent());
    assertEquals(1, TroubledFileSystem.OPENED.get());
  }

  @Test
  void aGzipFileIsOpenedOnceAndHasToBeRewritten() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(lines());
    }

    Division division = divide("lines.jsonl.gz", bytes.toByteArray());

    assertTrue(division.rewriter().isPresent());
    assertEquals(1, TroubledFileSystem.OPENED.get());
  }
}
