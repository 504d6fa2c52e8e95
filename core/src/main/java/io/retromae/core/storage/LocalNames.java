package io.retromae.core.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** Names of local files are bytes; Java says them by the locale's encoding, and opens by that. */
final class LocalNames {
  private LocalNames() {}

  /** Whether the path's text leads back to it. */
  static boolean isSayable(Path path) {
    try {
      return Path.of(path.toString()).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The path with a name that is UTF-8 after all, though Java cannot open it by that. */
  static String asUtf8(Path path) {
    String text = "file:" + path.toUri().getPath(); // a URI has the bytes themselves
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** Why a name cannot be said here, and how to mend it. */
  static String whyUnsayable() {
    String encoding = String.valueOf(System.getProperty("sun.jnu.encoding"));
    return encoding.toLowerCase(Locale.ROOT).replace("-", "").equals("utf8")
        ? "the name is not UTF-8; rename it, as by convmv"
        : "Java's encoding of file names is %s, which cannot say this name; set LC_ALL=C.UTF-8"
            .formatted(encoding);
  }
}
