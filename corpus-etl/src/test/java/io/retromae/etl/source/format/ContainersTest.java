package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What a file is, its bytes say: it is read, or refused by what it is, never cut at line feeds. */
class ContainersTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final byte[] LINES =
      "{\"text\": \"one\"}\n{\"text\": \"two\"}\n".repeat(40).getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  /** Wrappers that are read. */
  enum Wrapper {
    GZIP,
    ZSTD,
    XZ,
    BZIP2;

    byte[] wrap(byte[] content) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      if (this == ZSTD) {
        return Zstd.compress(content);
      }
      try (OutputStream out =
          this == GZIP
              ? new GZIPOutputStream(bytes)
              : this == XZ
                  ? new XZOutputStream(bytes, new LZMA2Options(1))
                  : new org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream(
                      bytes, 1)) {
        out.write(content);
      }
      return bytes.toByteArray();
    }
  }

  private Reading read(String name, byte[] bytes) throws IOException {
    return read(name, bytes, Format.PILE);
  }

  private Reading read(String name, byte[] bytes, Format format) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    InputSettings input = InputSettings.of(file.toString(), format);
    FilePart part = Parts.of(input);
    Reading read = Reading.of(STORAGE, part);
    Optional<FileError> seen = new SourceFile(STORAGE, part).check();
    seen.ifPresent(error -> assertEquals(read.errors().get(0), error, "a look finds the same"));
    return read;
  }

  private void assertUnsupported(String what, Reading read) {
    assertEquals(0, read.records(), "nothing of it is a record");
    assertEquals(FileError.UNSUPPORTED, read.errors().get(0).kind());
    String message = read.errors().get(0).message();
    assertTrue(message.contains(what), message);
  }

  private static byte[] tar(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("a.jsonl");
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Wrapper.class)
  void compressedBytesAreReadUnderAnyName(Wrapper wrapper) throws IOException {
    for (String name :
        new String[] {"a.json", "part-0001", "a.jsonl.gz", "a.zst", "a.bz2", "a.xz"}) {
      Reading read = read(name, wrapper.wrap(LINES));

      assertEquals(80, read.documents().size(), name);
      assertEquals(0, read.errors().size(), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.gz", "a.zst", "a.bz2", "a.xz", "A.GZ"})
  void aNameThatPromisesACompressionMustBeTrue(String name) throws IOException {
    Reading read = read(name, LINES);

    assertEquals(FileError.BAD_MAGIC, read.errors().get(0).kind());
    assertEquals(0, read.records());
  }

  @ParameterizedTest
  @EnumSource(Wrapper.class)
  void whatComesOutMustBeTextToo(Wrapper wrapper) throws IOException {
    assertUnsupported("tar", read("a.tar.x", wrapper.wrap(tar(LINES))));
    assertUnsupported("GZIP", read("twice", wrapper.wrap(Wrapper.GZIP.wrap(LINES))));
    assertUnsupported("Parquet", read("p", wrapper.wrap("PAR1....".getBytes())));
  }

  @Test
  void archivesAreRefused() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("a.jsonl"));
      out.write(LINES);
    }

    assertUnsupported("zip", read("a.jsonl", zip.toByteArray()));
    assertUnsupported("tar", read("b.jsonl", tar(LINES)));
    byte[] old = tar(LINES);
    int sum = 0;
    Arrays.fill(old, 257, 265, (byte) 0); // as before there was a magic number
    Arrays.fill(old, 148, 156, (byte) ' ');
    for (int i = 0; i < 512; i++) {
      sum += old[i] & 0xff;
    }
    byte[] octal = "%06o\0 ".formatted(sum).getBytes();
    System.arraycopy(octal, 0, old, 148, 8);
    assertUnsupported("tar", read("c.jsonl", old));
  }

  @ParameterizedTest
  @CsvSource({
    "377abcaf271c0004, 7z",
    "526172211a070100, rar",
    "04224d18, lz4",
    "5d00008000, lzma",
    "ff060000734e61507059, snappy",
    "504152310000, Parquet",
    "4f626a01, Avro",
    "4f5243, ORC",
    "4152524f5731, Arrow",
    "255044462d312e34, PDF",
    "3c21444f43545950452068746d6c3e, HTML",
    "efbbbf20200a3c68746d6c3e, HTML",
    "89504e470d0a1a0a, PNG",
    "53514c69746520666f726d6174203300, SQLite",
    "76657273696f6e2068747470733a2f2f6769742d6c66732e6769746875622e636f6d2f737065632f7631, git lfs"
        + " pull"
  })
  void otherKindsAreRefusedByName(String magic, String what) throws IOException {
    assertUnsupported(what, read("a.jsonl", HexFormat.of().parseHex(magic)));
  }

  @Test
  void bytesOfNoKnownKindAreNoText() throws IOException {
    byte[] noise = new byte[4096];
    new Random(5).nextBytes(noise);
    noise[0] = 'x';

    assertUnsupported("no text", read("a.jsonl", noise));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\": \"a\"}",
        "  \n\t{\"text\": \"a\"}",
        "\uFEFF{\"text\": \"a\"}",
        "[]",
        "null",
        "not json at all, and long enough to be judged by the share of its control characters",
        "汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字汉字",
        "Object, ORDER, PACKAGE, SEARCH"
      })
  void textIsForTheRecordsToJudge(String text) throws IOException {
    assertEquals(0, read("a.jsonl", text.getBytes(StandardCharsets.UTF_8)).errors().size());
    assertEquals(
        0, read("a.jsonl", text.getBytes(java.nio.charset.Charset.forName("GBK"))).errors().size());
  }

  @Test
  void whatIsNoParquetIsNamed() throws IOException {
    for (Format format : new Format[] {Format.PARQUET}) {
      Reading page = read("a.parquet", "<html>404</html>".getBytes(), format);
      Reading gzip = read("b.parquet", Wrapper.GZIP.wrap(LINES), format);

      assertEquals(FileError.BAD_MAGIC, page.errors().get(0).kind());
      assertTrue(page.errors().get(0).message().contains("HTML"), page.errors().toString());
      assertTrue(gzip.errors().get(0).message().contains("GZIP"), gzip.errors().toString());
    }
  }
}
