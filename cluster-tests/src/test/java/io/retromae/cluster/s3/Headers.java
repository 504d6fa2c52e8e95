package io.retromae.cluster.s3;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of HTTP/1.1 as a front has to understand: where heads and bodies end. */
final class Headers {
  private Headers() {}

  /** All up to the blank line; nothing if the other side has closed. */
  static Optional<String> readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0; // how much of \r\n\r\n has come
    while (ends < 4) {
      int b = in.read();
      if (b < 0) {
        return Optional.empty();
      }
      head.write(b);
      ends = b == "\r\n\r\n".charAt(ends) ? ends + 1 : b == '\r' ? 1 : 0;
    }
    return Optional.of(head.toString(StandardCharsets.ISO_8859_1));
  }

  static Optional<String> value(String head, String name) {
    Matcher line = Pattern.compile("(?im)^" + name + ":\\s*(.*?)\\s*$").matcher(head);
    return line.find() ? Optional.of(line.group(1)) : Optional.empty();
  }

  static String without(String head, String name) {
    return head.replaceAll("(?im)^" + name + ":.*\r\n", "");
  }

  /** Bytes of the body; 0 if it has none. */
  static int length(String head) {
    return value(head, "Content-Length").map(Integer::parseInt).orElse(0);
  }

  /** The body as it is on the wire. */
  static byte[] readBody(String head, InputStream in) throws IOException {
    if (value(head, "Transfer-Encoding").isEmpty()) {
      return readFully(in, length(head));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = -1; size != 0; ) {
      String line = readLine(in);
      size = Integer.parseInt(line.strip(), 16);
      body.write(line.getBytes(StandardCharsets.ISO_8859_1));
      body.write(readFully(in, size + 2)); // and the end of the line
    }
    return body.toByteArray();
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.isEmpty() || line.charAt(line.length() - 1) != '\n') {
      line.append((char) readFully(in, 1)[0]);
    }
    return line.toString();
  }

  private static byte[] readFully(InputStream in, int bytes) throws IOException {
    byte[] read = in.readNBytes(bytes);
    if (read.length < bytes) {
      throw new EOFException("closed in the middle of a body");
    }
    return read;
  }
}
