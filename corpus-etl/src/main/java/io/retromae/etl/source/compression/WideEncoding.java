package io.retromae.etl.source.compression;

import java.io.IOException;
import java.util.Optional;

/**
 * Encodings of two and four bytes a character, told by a file's first bytes: a byte order mark, or
 * the zeros beside the ASCII characters that JSON begins with. Cut at the bytes of line feeds, such
 * a file would be quarantined record by record.
 */
final class WideEncoding {
  private static final int BYTES = 4;

  private WideEncoding() {}

  /** The text is not in an encoding of bytes. */
  static final class FoundException extends IOException {
    private static final long serialVersionUID = 1L;

    FoundException(String encoding) {
      super(
          "it is %1$s, not UTF-8; convert it, such as by iconv -f %1$s -t UTF-8"
              .formatted(encoding));
    }
  }

  /**
   * Refuses a text that is not in an encoding of bytes.
   *
   * @param head its first bytes
   */
  static void refuse(byte[] head) throws FoundException {
    int[] b = new int[BYTES];
    for (int i = 0; i < BYTES; i++) {
      b[i] = i < head.length ? head[i] & 0xff : -1;
    }
    Optional<String> encoding = name(b);
    if (encoding.isPresent()) {
      throw new FoundException(encoding.get());
    }
  }

  private static Optional<String> name(int[] b) {
    boolean little = b[0] == 0xFF && b[1] == 0xFE;
    if (little && b[2] == 0 && b[3] == 0 || ascii(b[0]) && b[1] == 0 && b[2] == 0 && b[3] == 0) {
      return Optional.of("UTF-32LE");
    }
    if (b[0] == 0 && b[1] == 0 && (b[2] == 0xFE && b[3] == 0xFF || b[2] == 0 && ascii(b[3]))) {
      return Optional.of("UTF-32BE");
    }
    if (little || ascii(b[0]) && b[1] == 0 && ascii(b[2]) && b[3] == 0) {
      return Optional.of("UTF-16LE");
    }
    boolean big = b[0] == 0xFE && b[1] == 0xFF;
    return big || b[0] == 0 && ascii(b[1]) && b[2] == 0 && ascii(b[3])
        ? Optional.of("UTF-16BE")
        : Optional.empty();
  }

  private static boolean ascii(int b) {
    return b >= '\t' && b < 0x7F;
  }
}
