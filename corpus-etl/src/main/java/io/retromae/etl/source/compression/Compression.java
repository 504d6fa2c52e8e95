package io.retromae.etl.source.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.retromae.core.compression.GzipMembers;
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
  NONE("", Entry.ANYWHERE, false, List.of()) {
    @Override
    InputStream open(InputStream in, XzStreams.Opener again, int windowLog) {
      return in;
    }
  },
  /** Zstandard: all frames, skippable ones skipped. */
  ZSTD("28b52ffd", Entry.BETWEEN_FRAMES, true, List.of(".zst", ".zstd")) {
    @Override
    InputStream open(InputStream in, XzStreams.Opener again, int windowLog) throws IOException {
      return new ZstdInputStreamNoFinalizer(new ZstdFrames(in)).setLongMax(windowLog);
    }

    @Override
    boolean begins(byte[] head) {
      boolean skippable =
          head.length >= 4
              && (head[0] & 0xF0) == 0x50
              && Arrays.equals(head, 1, 4, ZSTD_SKIPPABLE, 0, 3);
      return skippable || super.begins(head);
    }
  },
  /** Gzip: all members. */
  GZIP("1f8b", Entry.BEGINNING, false, List.of(".gz", ".gzip")) {
    @Override
    InputStream open(InputStream in, XzStreams.Opener again, int windowLog) throws IOException {
      return new GzipMembers(in);
    }
  },
  /** Bzip2: all streams. */
  BZIP2("425a68", Entry.BEGINNING, true, List.of(".bz2")) {
    @Override
    InputStream open(InputStream in, XzStreams.Opener again, int windowLog) throws IOException {
      return new Bzip2Blocks(in);
    }
  },
  /** XZ: all streams. */
  XZ("fd377a585a00", Entry.BEGINNING, false, List.of(".xz")) {
    @Override
    InputStream open(InputStream in, XzStreams.Opener again, int windowLog) throws IOException {
      try {
        return new XzStreams(in, again);
      } catch (NoClassDefFoundError e) { // Spark brings the library, a stripped one may not
        throw new UnsupportedException(
            "it is xz, and this Spark lacks org.tukaani:xz; add that by --packages");
      }
    }
  };

  private static final byte[] ZSTD_SKIPPABLE = {0x2A, 0x4D, 0x18}; // behind 0x50 to 0x5F

  private final byte[] magic;
  private final Entry entry;
  private final boolean byBlocks;
  private final List<String> endings;

  Compression(String magic, Entry entry, boolean byBlocks, List<String> endings) {
    this.magic = HexFormat.of().parseHex(magic);
    this.entry = entry;
    this.byBlocks = byBlocks;
    this.endings = endings;
  }

  /** What a file's name promises. */
  public static Compression of(String path) {
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
    if (head.length > 0 && promised.compresses()) {
      String found = HexFormat.of().formatHex(Arrays.copyOf(head, Math.min(4, head.length)));
      throw new BadMagicException(
          "not %s: begins with %s, expected %s"
              .formatted(promised, found, HexFormat.of().formatHex(promised.magic)));
    }
    return NONE;
  }

  /** Whether these are the first bytes of such a file. */
  boolean begins(byte[] head) {
    return compresses() && Container.begins(head, magic);
  }

  /** Whether there is anything to decompress. */
  public boolean compresses() {
    return this != NONE;
  }

  /** Where reading can begin. */
  public Entry entry() {
    return entry;
  }

  /**
   * Whether a block comes whole or not at all, so that a cut file loses what its last block held.
   */
  public boolean decodesByBlocks() {
    return byBlocks;
  }

  /**
   * Opens the decompressed stream. It gives all that is whole before it throws.
   *
   * @param in the compressed bytes
   * @param again opens them once more, from the first
   * @param windowLog largest zstd window that is accepted, as a power of two
   */
  abstract InputStream open(InputStream in, XzStreams.Opener again, int windowLog)
      throws IOException;

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
}
