package io.retromae.etl.source.json;

/** Well-formed UTF-8 beyond ASCII, by table 3-7 of the Unicode Standard. */
final class Utf8Sequence {
  private Utf8Sequence() {}

  /** Bytes of the sequence that begins here, 2 to 4; 0 if it is malformed. */
  static int length(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first < 0xE0) {
      return first >= 0xC2 && end - at > 1 && follows(bytes[at + 1]) ? 2 : 0;
    }
    if (first < 0xF0) {
      return end - at > 2 && second(first, bytes[at + 1]) && follows(bytes[at + 2]) ? 3 : 0;
    }
    boolean whole =
        first < 0xF5
            && end - at > 3
            && second(first, bytes[at + 1])
            && follows(bytes[at + 2])
            && follows(bytes[at + 3]);
    return whole ? 4 : 0;
  }

  private static boolean follows(byte b) {
    return b < (byte) 0xC0;
  }

  /** No overlong forms, no surrogates, nothing above U+10FFFF. */
  private static boolean second(int first, byte b) {
    int second = b & 0xff;
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return second >= least && second <= most;
  }
}
