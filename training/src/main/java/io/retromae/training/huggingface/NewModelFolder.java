package io.retromae.training.huggingface;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.io.IOException;

/** A model folder that is written whole or, if that fails, as on a full disk, not at all. */
public final class NewModelFolder {
  private NewModelFolder() {}

  /** Writes the files. */
  public interface Content {
    /** Writes them all. */
    void write() throws IOException;
  }

  /**
   * The folder must be new.
   *
   * @throws ConfigException if it exists
   */
  public static void refuseExisting(Storage storage, String target) {
    if (storage.exists(target)) {
      throw new ConfigException(target + ": exists; choose another folder");
    }
  }

  /**
   * Writes a folder. If that fails nothing is left: the folder was not there before, and the next
   * try shall find it so.
   *
   * @param what is written, for messages
   * @throws ConfigException if the folder exists
   * @throws ClusterException if storage fails
   */
  public static void write(Storage storage, String target, String what, Content content) {
    refuseExisting(storage, target);
    try {
      content.write();
    } catch (IOException e) {
      delete(storage, target, e);
      throw new ClusterException(
          "cannot write %s to %s: %s".formatted(what, target, e.getMessage()), e);
    } catch (RuntimeException | Error e) {
      delete(storage, target, e);
      throw e;
    }
  }

  private static void delete(Storage storage, String target, Throwable why) {
    String path = storage.qualify(target);
    int slash = path.lastIndexOf('/');
    try {
      new OwnedFolder(storage, path.substring(0, slash + 1)).delete(path.substring(slash + 1));
    } catch (ConfigException | CorruptDataException | ClusterException e) {
      why.addSuppressed(e);
    }
  }
}
