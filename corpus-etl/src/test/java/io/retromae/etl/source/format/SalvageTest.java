package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** Files of several members, cut or damaged at every few bytes: what is whole before is kept. */
class SalvageTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final int MEMBERS = 4;
  private static final int RECORDS = 6;

  @TempDir Path folder;

  /** Compressions whose files may be put one behind the other. */
  enum Kind {
    GZIP("a.jsonl.gz"),
    BZIP2("a.jsonl.bz2"),
    ZSTD("a.jsonl.zst"),
    XZ("a.jsonl.xz");

    private final String file;

    Kind(String file) {
      this.file = file;
    }

    byte[] member(byte[] content) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = compressor(bytes)) {
        out.write(content);
      }
      return bytes.toByteArray();
    }

    private OutputStream compressor(OutputStream out) throws IOException {
      return switch (this) {
        case GZIP -> new GZIPOutputStream(out);
        case BZIP2 -> new BZip2CompressorOutputStream(out, 1);
        case ZSTD -> new ZstdOutputStream(out).setChecksum(true);
        case XZ -> new XZOutputStream(out, new LZMA2Options(1));
      };
    }
  }

  private static byte[] lines(int member) {
    Random random = new Random(member);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < RECORDS; i++) {
      lines.append("{\"text\": \"").append(member).append(' ').append(random.nextLong());
      lines.append(Long.toString(random.nextLong(), 36)).append("\"}\n");
    }
    return lines.toString().getBytes();
  }

  private Reading read(Kind kind, byte[] bytes) throws IOException {
    Path file = folder.resolve(kind.file);
    Files.write(file, bytes);
    InputSettings input = InputSettings.of(file.toString(), Format.PILE);
    return Reading.of(STORAGE, Parts.of(input));
  }

  private static List<byte[]> members(Kind kind) throws IOException {
    List<byte[]> members = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      members.add(kind.member(lines(i)));
    }
    return members;
  }

  private static byte[] join(List<byte[]> members) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    members.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Members that end at or before a byte. */
  private static int wholeBefore(List<byte[]> members, int at) {
    int end = 0;
    int whole = 0;
    for (byte[] member : members) {
      end += member.length;
      whole += end <= at ? 1 : 0;
    }
    return whole;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFileThatIsCutGivesAllBeforeTheCut(Kind kind) throws IOException {
    List<byte[]> members = members(kind);
    byte[] bytes = join(members);
    Reading all = read(kind, bytes);
    assertEquals(MEMBERS * RECORDS, all.documents().size());
    for (int at = 1; at < bytes.length; at += 1 + at % 3) {
      String where = kind + " cut at " + at;
      Reading cut = read(kind, Arrays.copyOf(bytes, at));
      int whole = wholeBefore(members, at);

      assertEquals(all.documents().subList(0, cut.documents().size()), cut.documents(), where);
      assertTrue(cut.documents().size() >= RECORDS * whole, where);
      boolean between = whole > 0 && join(members.subList(0, whole)).length == at;
      assertEquals(between ? 0 : 1, cut.errors().size(), where);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFileThatIsDamagedGivesAllMembersBefore(Kind kind) throws IOException {
    List<byte[]> members = members(kind);
    byte[] bytes = join(members);
    Reading all = read(kind, bytes);
    for (int at = 0; at < bytes.length; at += 2) {
      String where = kind + " damaged at " + at;
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 << at / 2 % 8);
      Reading read = read(kind, damaged);
      int kept = RECORDS * wholeBefore(members, at);

      if (read.errors().isEmpty()) { // such as a flag or a time that nobody needs
        assertEquals(all.documents(), read.documents(), where);
      } else {
        assertTrue(read.documents().size() >= kept, where);
        int sure = kind == Kind.BZIP2 ? read.documents().size() : kept;
        assertEquals(all.documents().subList(0, sure), read.documents().subList(0, sure), where);
      }
    }
  }

  /** One member, so that the JDK's and xz's own streams, byte by byte, are the judges. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"GZIP", "XZ"})
  void asManyRecordsAreKeptAsAnotherDecoderGives(Kind kind) throws IOException {
    byte[] bytes = kind.member(lines(1));
    for (int at = 20; at < bytes.length; at += 3) {
      byte[] damaged = at % 2 == 0 ? Arrays.copyOf(bytes, at) : bytes.clone();
      damaged[at - 1] ^= at % 2 == 0 ? 0 : 0x10;
      String text = byBytes(kind, damaged);

      long ended = text.chars().filter(c -> c == '\n').count();
      Reading read = read(kind, damaged);

      long torn = read.quarantined().getOrDefault("truncated_record", 0L);
      assertEquals(ended, read.records() - torn, "%s at %d".formatted(kind, at));
      String rest = text.substring(text.lastIndexOf('\n') + 1);
      assertTrue(torn == 0 || !rest.isEmpty(), "an empty one, %s at %d".formatted(kind, at));
    }
  }

  /** After a flush the stream has all of the lines, and nothing of what would come. */
  @Test
  void aFileThatBreaksBehindALineEndBreaksNoRecord() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    GZIPOutputStream out = new GZIPOutputStream(bytes, true);
    out.write(lines(1));
    out.flush();

    Reading read = read(Kind.GZIP, bytes.toByteArray());

    assertEquals(RECORDS, read.documents().size());
    assertEquals(RECORDS, read.records());
    assertEquals(Map.of(), read.quarantined());
  }

  private static String byBytes(Kind kind, byte[] bytes) {
    StringBuilder text = new StringBuilder();
    try (InputStream in =
        kind == Kind.GZIP
            ? new GZIPInputStream(new ByteArrayInputStream(bytes))
            : new XZInputStream(new ByteArrayInputStream(bytes))) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        text.append((char) b);
      }
    } catch (IOException e) {
      return text.toString();
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aCutFileCountsTheSameUnderAnyName(Kind kind) throws IOException {
    List<byte[]> members = members(kind);
    byte[] bytes = join(members);
    Path file = folder.resolve("a.json");
    InputSettings input = InputSettings.of(file.toString(), Format.PILE);
    for (int at = members.get(0).length + 1; at < bytes.length; at += 7) {
      byte[] cut = Arrays.copyOf(bytes, at);
      Files.write(file, cut);

      Reading named = read(kind, cut);
      Reading plain = Reading.of(STORAGE, Parts.of(input));

      plain.assertEqualTo(named, kind + " cut at " + at);
    }
  }

  @Test
  void blocksOfBzip2BeforeADamagedOneAreKept() throws IOException {
    Random random = new Random(2);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      byte[] noise = new byte[60];
      random.nextBytes(noise);
      lines.append("{\"text\": \"").append(java.util.HexFormat.of().formatHex(noise));
      lines.append("\"}\n");
    }
    byte[] whole = Kind.BZIP2.member(lines.toString().getBytes()); // 4 blocks of 100 kB
    byte[] damaged = whole.clone();
    damaged[whole.length * 5 / 8] ^= 4; // in the third

    Reading all = read(Kind.BZIP2, whole);
    Reading some = read(Kind.BZIP2, damaged);

    assertEquals(all.documents().subList(0, some.documents().size()), some.documents());
    assertTrue(some.documents().size() > 1300, "two blocks: " + some.documents().size());
    assertTrue(some.documents().size() < 1700, "not the damaged one: " + some.documents().size());
    assertEquals(FileError.CORRUPT, some.errors().get(0).kind());
  }

  @Test
  void aLaterMemberOfGzipWithADamagedOrCutHeaderIsNoEnd() throws IOException {
    List<byte[]> members = members(Kind.GZIP);
    byte[] damaged = join(members);
    int second = members.get(0).length;
    damaged[second] = 'X';
    byte[] cut = Arrays.copyOf(join(members), second + 5);

    assertEquals(FileError.CORRUPT, read(Kind.GZIP, damaged).errors().get(0).kind());
    assertEquals(FileError.TRUNCATED, read(Kind.GZIP, cut).errors().get(0).kind());
    assertEquals(RECORDS, read(Kind.GZIP, damaged).documents().size());
    assertEquals(RECORDS, read(Kind.GZIP, cut).documents().size());
  }

  @Test
  void zerosBehindTheLastMemberOfGzipAreItsEnd() throws IOException {
    byte[] one = Kind.GZIP.member(lines(0));

    Reading padded = read(Kind.GZIP, Arrays.copyOf(one, one.length + 70_000));
    byte[] dirty = Arrays.copyOf(one, one.length + 20);
    dirty[one.length + 10] = 1;

    assertEquals(RECORDS, padded.documents().size());
    assertEquals(List.of(), padded.errors());
    assertEquals(FileError.CORRUPT, read(Kind.GZIP, dirty).errors().get(0).kind());
  }

  @Test
  void allPartsOfAGzipHeaderArePassed() throws IOException {
    byte[] plain = Kind.GZIP.member(lines(0));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] header = {0x1f, (byte) 0x8b, 8, 4 | 8 | 16 | 2, 1, 2, 3, 4, 0, 3};
    out.writeBytes(header);
    out.writeBytes(new byte[] {2, 0, 7, 7});
    out.writeBytes("name\0comment\0".getBytes());
    java.util.zip.CRC32 sum = new java.util.zip.CRC32();
    sum.update(out.toByteArray());
    out.write((int) sum.getValue());
    out.write((int) sum.getValue() >> 8);
    out.write(plain, 10, plain.length - 10);

    Reading read = read(Kind.GZIP, out.toByteArray());

    assertEquals(List.of(), read.errors());
    assertEquals(RECORDS, read.documents().size());
  }
}
