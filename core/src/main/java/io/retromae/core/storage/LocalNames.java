package io.retromae.core.storage;

import io.retromae.core.failure.ConfigException;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;

/** Names of local files are bytes; Java says them by the locale's encoding, and opens by that. */
final class LocalNames {
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

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

  /**
   * Refuses a local path with such a name in it, the working folder of a relative one included.
   *
   * @throws ConfigException naming the path and the encoding
   */
  static void refuseUnnameable(FileSystem fs, org.apache.hadoop.fs.Path path) {
    if (fs.getUri().getScheme().equals("file")) {
      refuseUnnameable(
          fs.makeQualified(path).toUri().getPath(),
          ENCODING,
          System.getenv().getOrDefault("LC_ALL", ""));
    }
  }

  static void refuseUnnameable(String path, String encoding, String locale) {
    boolean known = Charset.isSupported(encoding);
    if (known && !Charset.forName(encoding).newEncoder().canEncode(path)) {
      throw new ConfigException(
          "%s: cannot be named here: the locale has file names in %s; %s, or rename it"
              .formatted(path, encoding, mend(locale)));
    }
  }

  private static String mend(String locale) {
    return locale.toLowerCase(Locale.ROOT).replace("-", "").endsWith("utf8")
        ? "this host has no locale LC_ALL=%s: install it, or set one that it has (locale -a; for executors spark.executorEnv.LC_ALL)"
            .formatted(locale)
        : "start with LC_ALL=C.UTF-8, as submit/retromae does";
  }
}
