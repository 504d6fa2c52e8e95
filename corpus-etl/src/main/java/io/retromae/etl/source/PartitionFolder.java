package io.retromae.etl.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Folders called {@code column=value}, as Hive, Spark and others lay out partitioned tables. */
public final class PartitionFolder {
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private PartitionFolder() {}

  /** The value that the nearest folder above a file gives a column, unescaped. */
  public static Optional<String> value(String path, String column) {
    return stored(path, column)
        .filter(value -> !value.isEmpty() && !value.equals(NULL))
        .map(PartitionFolder::unescape);
  }

  /** Whether a folder above a file names the column, with or without a value. */
  public static boolean names(String path, String column) {
    return stored(path, column).isPresent();
  }

  private static Optional<String> stored(String path, String column) {
    String[] elements = column.isEmpty() ? new String[0] : path.split("/");
    for (int i = elements.length - 2; i >= 0; i--) {
      int sign = elements[i].indexOf('=');
      if (sign > 0 && unescape(elements[i].substring(0, sign)).equals(column)) {
        return Optional.of(elements[i].substring(sign + 1));
      }
    }
    return Optional.empty();
  }

  /** Takes {@code %XX} for a byte; anything else stands for itself. */
  private static String unescape(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      int value = i + 2 < text.length() && text.charAt(i) == '%' ? hex(text, i + 1) : -1;
      if (value >= 0) {
        bytes.write(value);
        i += 3;
      } else {
        int end = text.offsetByCodePoints(i, 1);
        bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int hex(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }
}
