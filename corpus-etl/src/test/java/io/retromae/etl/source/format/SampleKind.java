package io.retromae.etl.source.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Kinds of files that are read. */
enum SampleKind {
  PILE_PLAIN(Format.PILE, "a.jsonl"),
  PILE_GZIP(Format.PILE, "a.jsonl.gz"),
  PILE_BZIP2(Format.PILE, "a.jsonl.bz2"),
  PILE_XZ(Format.PILE, "a.jsonl.xz"),
  PILE_GZIP_AS_PLAIN(Format.PILE, "e.jsonl"),
  PILE_FRAMES_AS_PLAIN(Format.PILE, "f.jsonl"),
  PILE_FRAMES(Format.PILE, "a.jsonl.zst"),
  PILE_ONE_FRAME(Format.PILE, "b.jsonl.zst"),
  JSONL_PLAIN(Format.JSONL, "c.jsonl"),
  WUDAO_ONE_LINE(Format.WUDAO, "a.json"),
  WUDAO_PRETTY(Format.WUDAO, "b.json"),
  WUDAO_RECORDS(Format.WUDAO, "c.json"),
  WUDAO_WRAPPED(Format.WUDAO, "f.json"),
  WUDAO_JOINED(Format.WUDAO, "g.json"),
  JSONL_JOINED(Format.JSONL, "h.jsonl"),
  WUDAO_LINES(Format.WUDAO, "d.json"),
  WUDAO_GZIP(Format.WUDAO, "e.json.gz"),
  PARQUET(Format.PARQUET, "a.parquet");

  private final Format format;
  private final String file;

  SampleKind(Format format, String file) {
    this.format = format;
    this.file = file;
  }

  Format format() {
    return format;
  }

  /** Columns where the format has none of its own. */
  InputSettings input(String path) {
    boolean chosen = format == Format.JSONL || format == Format.PARQUET;
    return chosen
        ? new InputSettings(
            path, format, "text", "title", format == Format.JSONL ? "meta.set.name" : "set", "mine")
        : InputSettings.of(path, format);
  }

  /** A stored file of this kind. */
  byte[] bytes(Path folder, int records, Random random) throws IOException {
    SampleRecords samples = new SampleRecords(format, random);
    return switch (this) {
      case JSONL_JOINED -> samples.joinedLines(records);
      case WUDAO_WRAPPED -> samples.wrapped(records);
      case WUDAO_JOINED -> samples.joinedArrays(records);
      case PILE_PLAIN, JSONL_PLAIN, WUDAO_LINES -> samples.lines(records);
      case PILE_GZIP, PILE_GZIP_AS_PLAIN -> gzip(samples.lines(records));
      case PILE_BZIP2 -> bzip2(samples.lines(records));
      case PILE_XZ -> xz(samples.lines(records));
      case PILE_FRAMES, PILE_FRAMES_AS_PLAIN -> frames(samples.lines(records), random);
      case PILE_ONE_FRAME -> oneFrame(samples.lines(records));
      case WUDAO_ONE_LINE -> samples.array(records, false, false);
      case WUDAO_PRETTY -> samples.array(records, true, false);
      case WUDAO_RECORDS -> samples.array(records, true, true);
      case WUDAO_GZIP -> gzip(samples.array(records, true, false));
      case PARQUET -> SampleParquet.bytes(folder, records, random);
    };
  }

  Path path(Path folder) {
    return folder.resolve(file);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] bzip2(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream bzip2 = new BZip2CompressorOutputStream(out, 1)) {
      bzip2.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] xz(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream xz = new XZOutputStream(out, new LZMA2Options())) {
      xz.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] oneFrame(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(out).setChecksum(true)) {
      zstd.write(content);
    }
    return out.toByteArray();
  }

  /** Frames that say how much they hold, cut anywhere, a skippable one among them. */
  private static byte[] frames(byte[] content, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int from = 0; from < content.length; ) {
      int to = Math.min(content.length, from + random.nextInt(600));
      out.write(Zstd.compress(Arrays.copyOfRange(content, from, to)));
      if (random.nextInt(5) == 0) {
        out.write(new byte[] {0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 7, 7});
      }
      from = to;
    }
    return out.toByteArray();
  }

  /** Writes a file and describes it to readers. */
  FilePart store(Path folder, byte[] bytes, double splitMb) throws IOException {
    Path path = path(folder);
    Files.write(path, bytes);
    String name = "0/" + path.getFileName();
    ReaderSettings limits = Parts.limits("max_record_mb=1", "split_mb=" + splitMb);
    return Parts.named(name, input(path.toString()), limits);
  }
}
