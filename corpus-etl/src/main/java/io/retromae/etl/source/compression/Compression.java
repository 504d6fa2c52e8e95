package io.retromae.etl.source.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.retromae.etl.source.FileError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How a file is compressed, told by its first bytes. A name that promises another must be wrong.
 */
public enum Compression {
  /** Not at all. */
  NONE("", List.of()),
  /** Zstandard: all frames, skippable ones skipped. */
  ZSTD("28b52ffd", List.of(".zst", ".zstd")),
  /** Gzip: all members. */
  GZIP("1f8b", List.of(".gz", ".gzip")),
  /** Bzip2: all streams. */
  BZIP2("425a68", List.of(".bz2")),
  /** XZ: all streams. */
  XZ("fd377a585a00", List.of(".xz"));

  private static final byte[] ZSTD_SKIPPABLE = {0x2A, 0x4D, 0x18}; // behind 0x50 to 0x5F

  private final byte[] magic;
  private final List<String> endings;

  Compression(String magic, List<String> endings) {
    this.magic = HexFormat.of().parseHex(magic);
    this.endings = endings;
  }

  /** What a file's name promises. */
  static Compression of(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return Stream.of(values())
        .filter(kind -> kind.endings.stream().anyMatch(name::endsWith))
        .findFirst()
        .orElse(NONE);
  }

  /**
   * What a file is.
   *
   * @param head its first bytes, none if it is empty
   * @throws BadMagicException if its name promises a compression and there is none
   */
  static Compression of(byte[] head, String path) throws BadMagicException {
    for (Compression kind : values()) {
      if (kind.begins(head)) {
        return kind;
      }
    }
    Compression promised = of(path);
    if (head.length > 0 && promised != NONE) {
      String found = HexFormat.of().formatHex(Arrays.copyOf(head, Math.min(4, head.length)));
      throw new BadMagicException(
          "not %s: begins with %s, expected %s"
              .formatted(promised, found, HexFormat.of().formatHex(promised.magic)));
    }
    return NONE;
  }

  /** Whether these are the first bytes of such a file. */
  boolean begins(byte[] head) {
    boolean skippable =
        this == ZSTD
            && head.length >= 4
            && (head[0] & 0xF0) == 0x50
            && Arrays.equals(head, 1, 4, ZSTD_SKIPPABLE, 0, 3);
    return skippable || magic.length > 0 && Container.begins(head, magic);
  }

  /** The file does not begin as its name promises. */
  static final class BadMagicException extends IOException {
    private static final long serialVersionUID = 1L;

    BadMagicException(String message) {
      super(message);
    }
  }

  /** The file is of a kind that is not read. */
  static final class UnsupportedException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedException(String message) {
      super(message);
    }
  }

  /**
   * Opens the decompressed stream. It gives all that is whole before it throws.
   *
   * @param in the compressed bytes
   * @param again opens them once more, from the first
   * @param windowLog largest zstd window that is accepted, as a power of two
   */
  InputStream open(InputStream in, XzStreams.Opener again, int windowLog) throws IOException {
    return switch (this) {
      case ZSTD -> new ZstdInputStreamNoFinalizer(new ZstdFrames(in)).setLongMax(windowLog);
      case GZIP -> new GzipMembers(in);
      case BZIP2 -> new Bzip2Blocks(in);
      case XZ -> xz(in, again);
      case NONE -> in;
    };
  }

  private static InputStream xz(InputStream in, XzStreams.Opener again) throws IOException {
    try {
      return new XzStreams(in, again);
    } catch (NoClassDefFoundError e) { // Spark brings the library, a stripped one may not
      throw new UnsupportedException(
          "it is xz, and this Spark lacks org.tukaani:xz; add that by --packages");
    }
  }

  /** What a read error says about the file, after so many decompressed bytes. */
  public static FileError error(IOException e, long offset) {
    if (e instanceof StoredStream.KnownErrorException known) {
      return known.error();
    }
    if (e instanceof BadMagicException) {
      return new FileError(FileError.BAD_MAGIC, offset, String.valueOf(e.getMessage()));
    }
    if (e instanceof WideEncoding.FoundException) {
      return new FileError(FileError.NOT_UTF8, offset, String.valueOf(e.getMessage()));
    }
    if (e instanceof UnsupportedException) {
      return new FileError(FileError.UNSUPPORTED, offset, String.valueOf(e.getMessage()));
    }
    if (e instanceof Expansion.BombException) {
      return new FileError(FileError.BOMB, offset, String.valueOf(e.getMessage()));
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
  public static boolean isTruncation(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean known =
        e instanceof StoredStream.KnownErrorException broken
            && broken.error().kind().equals(FileError.TRUNCATED);
    boolean other = e instanceof UnsupportedException || e instanceof Expansion.BombException;
    if (other) {
      return false;
    }
    return known
        || e instanceof EOFException
        || message.contains("truncated")
        || message.contains("unexpected end")
        || message.contains("premature end");
  }
}
