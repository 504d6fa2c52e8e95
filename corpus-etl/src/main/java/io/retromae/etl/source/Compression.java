package io.retromae.etl.source;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** How a file is compressed, by its name; its first bytes have to agree. */
enum Compression {
  /** Not at all. */
  NONE(""),
  /** Zstandard: all frames, skippable ones skipped. */
  ZSTD("28b52ffd"),
  /** Gzip: all members. */
  GZIP("1f8b"),
  /** Bzip2: all streams. */
  BZIP2("425a68");

  private static final String ZSTD_SKIPPABLE = "184d2a5";
  private static final int MAGIC_BYTES = 4;

  private final String magic;

  Compression(String magic) {
    this.magic = magic;
  }

  static Compression of(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    if (name.endsWith(".zst") || name.endsWith(".zstd")) {
      return ZSTD;
    }
    if (name.endsWith(".gz")) {
      return GZIP;
    }
    return name.endsWith(".bz2") ? BZIP2 : NONE;
  }

  /** The file does not begin as its name promises. */
  static final class BadMagicException extends IOException {
    private static final long serialVersionUID = 1L;

    BadMagicException(String message) {
      super(message);
    }
  }

  /**
   * Opens the decompressed stream; an empty file is an empty stream.
   *
   * @param windowLog largest zstd window that is accepted, as a power of two
   */
  InputStream open(InputStream raw, int windowLog) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
    in.mark(MAGIC_BYTES);
    byte[] head = in.readNBytes(MAGIC_BYTES);
    in.reset();
    if (head.length == 0 || this == NONE) {
      return in;
    }
    checkMagic(head);
    return switch (this) {
      case ZSTD -> new ZstdInputStreamNoFinalizer(new ZstdFrames(in)).setLongMax(windowLog);
      case GZIP -> new GZIPInputStream(in, 1 << 16);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case NONE -> in;
    };
  }

  private void checkMagic(byte[] head) throws IOException {
    String found = HexFormat.of().formatHex(head);
    boolean skippable =
        this == ZSTD
            && head.length == MAGIC_BYTES
            && HexFormat.of()
                .formatHex(new byte[] {head[3], head[2], head[1], head[0]})
                .startsWith(ZSTD_SKIPPABLE);
    if (!found.startsWith(magic) && !skippable) {
      throw new BadMagicException(
          "not %s: begins with %s, expected %s".formatted(this, found, magic));
    }
  }

  /** What a read error says about the file, after so many decompressed bytes. */
  static FileError error(IOException e, long offset) {
    if (e instanceof StoredStream.KnownErrorException known) {
      return known.error();
    }
    if (e instanceof BadMagicException) {
      return new FileError(FileError.BAD_MAGIC, offset, String.valueOf(e.getMessage()));
    }
    if (isTruncation(e)) {
      return new FileError(FileError.TRUNCATED, offset, "stream ends too early");
    }
    String message = String.valueOf(e.getMessage());
    boolean window = message.contains("too much memory");
    return new FileError(
        FileError.CORRUPT,
        offset,
        window ? message + "; a larger reader.zstd_window_log reads it" : message);
  }

  /** Whether a read error means that the file was cut short. */
  static boolean isTruncation(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean known =
        e instanceof StoredStream.KnownErrorException broken
            && broken.error().kind().equals(FileError.TRUNCATED);
    return known
        || e instanceof EOFException
        || message.contains("truncated")
        || message.contains("unexpected end")
        || message.contains("premature end");
  }
}
