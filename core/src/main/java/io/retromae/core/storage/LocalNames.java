package io.retromae.core.storage;

import io.retromae.core.failure.ConfigException;
import java.nio.charset.Charset;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Names of local files that this JVM cannot say to the system. Java takes their encoding from the
 * locale when it starts; in POSIX, that of many containers, it has ASCII only, and writes question
 * marks for the rest.
 */
final class LocalNames {
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

  private LocalNames() {}

  /**
   * Refuses a local path with such a name in it, the working folder of a relative one included.
   *
   * @throws ConfigException naming the path and the encoding
   */
  static void refuseUnnameable(FileSystem fs, Path path) {
    if (fs.getUri().getScheme().equals("file")) {
      refuseUnnameable(fs.makeQualified(path).toUri().getPath(), ENCODING);
    }
  }

  static void refuseUnnameable(String path, String encoding) {
    boolean known = Charset.isSupported(encoding);
    if (known && !Charset.forName(encoding).newEncoder().canEncode(path)) {
      throw new ConfigException(
          "%s: cannot be named here: the locale has file names in %s; start with LC_ALL=C.UTF-8, as submit/retromae does, or rename it"
              .formatted(path, encoding));
    }
  }
}
