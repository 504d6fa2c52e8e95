package io.retromae.etl.source;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that an input pattern names. */
public final class InputListing {
  private static final Pattern BEFORE_GLOB = Pattern.compile("([^*?\\[{]*/)?[^/]*[*?\\[{].*");

  private InputListing() {}

  /**
   * Lists a pattern's files, hidden ones marked.
   *
   * @param setting the setting's name, for the message
   * @throws ConfigException if nothing matches
   */
  public static List<StoredFile> list(Storage storage, String setting, String pattern) {
    List<StoredFile> files = storage.list(pattern);
    if (files.isEmpty()) {
      throw new ConfigException(
          "%s %s: no file matches%s".formatted(setting, pattern, storage.whyEmpty(pattern)));
    }
    return files;
  }

  /**
   * A file's name in its input: what comes behind the folder that the pattern names outright. So a
   * corpus has the same document ids, and shards, wherever it lies.
   */
  public static String nameInInput(Storage storage, String pattern, String path) {
    Matcher glob = BEFORE_GLOB.matcher(pattern);
    String fixed = glob.matches() ? Optional.ofNullable(glob.group(1)).orElse(".") : pattern;
    String folder = storage.qualify(fixed) + "/";
    boolean below = path.startsWith(folder);
    return below ? path.substring(folder.length()) : path.substring(path.lastIndexOf('/') + 1);
  }
}
