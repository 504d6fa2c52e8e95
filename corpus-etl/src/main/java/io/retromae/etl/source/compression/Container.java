package io.retromae.etl.source.compression;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Tells by its first bytes what a file is that holds no JSON text: an archive, a table, a page, a
 * compression that is not read. Text that begins like none of them is for the records to judge.
 */
public final class Container {
  /** Bytes that are looked at: a tar header. */
  public static final int HEAD_BYTES = 512;

  private static final int TAR_CHECKSUM_AT = 148;
  private static final int TAR_CHECKSUM_BYTES = 8;
  private static final int FEW = 64;
  private static final double MOST_CONTROLS = 0.05;

  private static final List<Kind> KINDS =
      List.of(
          hex("504b0304", "a zip archive"),
          hex("504b0506", "an empty zip archive"),
          hex("504b0708", "a zip archive"),
          hex("377abcaf271c", "a 7z archive"),
          hex("526172211a07", "a rar archive"),
          text("!<arch>\n", "an ar archive"),
          text("070701", "a cpio archive"),
          text("070707", "a cpio archive"),
          hex("04224d18", "lz4"),
          hex("02214c18", "lz4"),
          hex("1f9d", "compress (.Z)"),
          hex("1fa0", "lzh"),
          hex("894c5a4f000d0a1a0a", "lzop"),
          hex("ff060000734e61507059", "snappy"),
          hex("82534e4150505900", "snappy"),
          hex("5d0000", "lzma"),
          text("LZIP", "lzip"),
          hex("37a430ec", "a zstd dictionary"),
          text("PAR1", "Parquet", "give it an input with format: parquet"),
          text("PARE", "encrypted Parquet"),
          text("Obj\u0001", "Avro"),
          text("ORC", "ORC"),
          text("ARROW1", "Arrow"),
          text("FEA1", "Feather"),
          hex("ffffffff", "an Arrow stream"),
          text("SEQ", "a Hadoop sequence file"),
          text("RCF", "an RCFile"),
          hex("894844460d0a1a0a", "HDF5"),
          hex("934e554d5059", "a NumPy array"),
          hex("8002", "a Python pickle"),
          hex("8003", "a Python pickle"),
          hex("8004", "a Python pickle"),
          hex("8005", "a Python pickle"),
          text("SQLite format 3\u0000", "an SQLite database"),
          text("%PDF-", "PDF"),
          text("%!PS", "PostScript"),
          text("{\\rtf", "RTF"),
          hex("d0cf11e0a1b11ae1", "an old Office document"),
          hex("89504e470d0a1a0a", "a PNG image"),
          hex("ffd8ff", "a JPEG image"),
          text("GIF8", "a GIF image"),
          text("RIFF", "a RIFF file"),
          hex("7f454c46", "a program"),
          hex("cafebabe", "a Java class"),
          text("WARC/", "a web archive"),
          text("version https://git-lfs.github.com/", "a Git LFS pointer", "run 'git lfs pull'"),
          text("-----BEGIN PGP", "encrypted or signed"),
          text("age-encryption.org/", "encrypted"),
          text("Salted__", "encrypted"));

  private Container() {}

  private record Kind(byte[] magic, String name, String mend) {}

  private static final String CONVERT = "unpack or convert it, or leave it out";

  private static Kind hex(String magic, String name) {
    return new Kind(HexFormat.of().parseHex(magic), name, CONVERT);
  }

  private static Kind hex(String magic, String name, String mend) {
    return new Kind(HexFormat.of().parseHex(magic), name, mend);
  }

  private static Kind text(String magic, String name) {
    return text(magic, name, CONVERT);
  }

  private static Kind text(String magic, String name, String mend) {
    return new Kind(magic.getBytes(StandardCharsets.ISO_8859_1), name, mend);
  }

  /** Whether bytes begin with others. */
  public static boolean begins(byte[] head, byte[] magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (head[i] != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a file is, and how to mend that; empty if it may be JSON text.
   *
   * @param head its first bytes, decompressed, {@value #HEAD_BYTES} if it has as many
   */
  public static Optional<String> describe(byte[] head) {
    for (Kind kind : KINDS) {
      if (begins(head, kind.magic())) {
        return Optional.of(kind.name() + "; " + kind.mend());
      }
    }
    for (Compression inner : Compression.values()) {
      if (inner.begins(head)) {
        return Optional.of(inner + "; " + CONVERT);
      }
    }
    if (isTar(head)) {
      return Optional.of("a tar archive; " + CONVERT);
    }
    if (firstLetter(head) == '<') {
      return Optional.of("HTML or XML, such as a page that says why a download failed; " + CONVERT);
    }
    return isBinary(head) ? Optional.of("no text; " + CONVERT) : Optional.empty();
  }

  /** By the checksum of its first header, which old ones without a magic number have, too. */
  private static boolean isTar(byte[] head) {
    if (head.length < HEAD_BYTES || head[0] == 0) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < HEAD_BYTES; i++) {
      int inChecksum = i - TAR_CHECKSUM_AT;
      sum += inChecksum >= 0 && inChecksum < TAR_CHECKSUM_BYTES ? ' ' : head[i] & 0xff;
    }
    String said =
        new String(head, TAR_CHECKSUM_AT, TAR_CHECKSUM_BYTES, StandardCharsets.ISO_8859_1)
            .replace('\0', ' ')
            .strip();
    return said.replaceFirst("^0+", "").equals(Integer.toOctalString(sum));
  }

  private static int firstLetter(byte[] head) {
    int at = begins(head, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}) ? 3 : 0;
    while (at < head.length && head[at] <= ' ' && head[at] >= 0) {
      at++;
    }
    return at < head.length ? head[at] & 0xff : -1;
  }

  /**
   * Texts, in whatever encoding, have next to no control characters but line ends and tabs. Bytes
   * that only go wrong after a while are a damaged text.
   */
  private static boolean isBinary(byte[] head) {
    return head.length >= FEW
        && controls(head, FEW) > 1
        && controls(head, head.length) > MOST_CONTROLS * head.length;
  }

  private static int controls(byte[] head, int length) {
    int controls = 0;
    for (int i = 0; i < length; i++) {
      byte b = head[i];
      boolean control = b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t';
      controls += control ? 1 : 0;
    }
    return controls;
  }
}
