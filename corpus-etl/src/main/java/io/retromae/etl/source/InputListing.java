package io.retromae.etl.source;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.List;

/** The files that an input pattern names. */
public final class InputListing {
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
      throw new ConfigException("%s %s: no file matches".formatted(setting, pattern));
    }
    return files;
  }
}
