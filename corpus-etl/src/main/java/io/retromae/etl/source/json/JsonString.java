package io.retromae.etl.source.json;

import java.nio.charset.StandardCharsets;

/** Where a checked JSON string lies, and what is in it, so that it is decoded once and cheaply. */
final class JsonString {
  /** What {@link #check} returns for anything else than a well-formed string. */
  static final int GIVE_UP = -1;

  private static final int KEPT_CHARS = 1 << 20;

  /** Whether there is one. */
  boolean present;

  /** Whether it holds escapes. */
  boolean escaped;

  /** Whether it holds bytes beyond ASCII. */
  boolean wide;

  /** Whether it holds escaped surrogates, which may be alone. */
  boolean surrogates;

  private int start;
  private int end;
  private char[] scratch = new char[1 << 12];

  void clear() {
    present = false;
    escaped = false;
    wide = false;
    surrogates = false;
  }

  /** Its first byte is here. */
  void begin(int at) {
    clear();
    start = at;
  }

  /** Its closing quote is here. */
  void finish(int at) {
    present = true;
    end = at;
  }

  /** Follows a string from its opening quote to behind its closing one; GIVE_UP if it is none. */
  int check(byte[] bytes, int from, int to) {
    int at = from + 1;
    begin(at);
    while (true) {
      while (at + ByteLanes.WIDTH <= to && ByteLanes.plain(bytes, at)) {
        at += ByteLanes.WIDTH;
      }
      if (at >= to) {
        return GIVE_UP;
      }
      byte b = bytes[at];
      if (b == '"') {
        finish(at);
        return at + 1;
      } else if (b == '\\') {
        at = escape(bytes, at + 1, to);
      } else if (b < 0) {
        at = wide(bytes, at, to);
      } else if (b < ' ') {
        return GIVE_UP;
      } else {
        at++;
      }
      if (at == GIVE_UP) {
        return GIVE_UP;
      }
    }
  }

  private int escape(byte[] bytes, int at, int to) {
    if (at >= to) {
      return GIVE_UP;
    }
    escaped = true;
    switch (bytes[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
        return at + 1;
      case 'u':
        if (to - at < 5) {
          return GIVE_UP;
        }
        int unit = unit(bytes, at + 1);
        surrogates |= unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE;
        return unit < 0 ? GIVE_UP : at + 5;
      default:
        return GIVE_UP;
    }
  }

  /** Characters beyond ASCII, one after the other, as long as they are well formed. */
  private int wide(byte[] bytes, int from, int to) {
    wide = true;
    int at = from;
    while (at < to && bytes[at] < 0) {
      int length = Utf8Sequence.length(bytes, at, to);
      if (length == 0) {
        return GIVE_UP;
      }
      at += length;
    }
    return at;
  }

  /** The text. */
  String decode(byte[] bytes) {
    if (!escaped) {
      return new String(
          bytes, start, end - start, wide ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }
    if (scratch.length < end - start) {
      scratch = new char[Math.max(end - start, Math.min(KEPT_CHARS, 2 * (end - start)))];
    }
    int length = unescape(bytes, scratch);
    String text = new String(scratch, 0, length);
    if (scratch.length > KEPT_CHARS) {
      scratch = new char[KEPT_CHARS];
    }
    return text;
  }

  private int unescape(byte[] bytes, char[] out) {
    int n = 0;
    int at = start;
    while (at < end) {
      byte b = bytes[at];
      if (b == '\\') {
        boolean unicode = bytes[at + 1] == 'u';
        out[n++] = unicode ? (char) unit(bytes, at + 2) : escape(bytes[at + 1]);
        at += unicode ? 6 : 2;
      } else if (b >= 0) {
        out[n++] = (char) b;
        at++;
      } else if ((b & 0xE0) == 0xC0) {
        out[n++] = (char) ((b & 0x1F) << 6 | bytes[at + 1] & 0x3F);
        at += 2;
      } else if ((b & 0xF0) == 0xE0) {
        out[n++] = (char) ((b & 0xF) << 12 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F);
        at += 3;
      } else {
        int high = (b & 0x7) << 18 | (bytes[at + 1] & 0x3F) << 12;
        int point = high | (bytes[at + 2] & 0x3F) << 6 | bytes[at + 3] & 0x3F;
        n += Character.toChars(point, out, n);
        at += 4;
      }
    }
    return n;
  }

  private static char escape(byte b) {
    return switch (b) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (char) b;
    };
  }

  /** The UTF-16 unit that four hexadecimal digits say; negative if they are none. */
  static int unit(byte[] bytes, int at) {
    int high = hex(bytes[at]) << 12 | hex(bytes[at + 1]) << 8;
    return high | hex(bytes[at + 2]) << 4 | hex(bytes[at + 3]);
  }

  private static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int letter = b | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : Integer.MIN_VALUE >> 12;
  }
}
