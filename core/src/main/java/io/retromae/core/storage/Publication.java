package io.retromae.core.storage;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** A file that appears whole or not at all, replacing an older one. */
final class Publication {
  /** Behind the hidden name of a file that is being written, before a UUID. */
  static final String STAGED = ".staged-";

  private final Storage storage;
  private final FileSystem fs;
  private final Path target;
  private final String shown;

  Publication(Storage storage, String path) {
    this.storage = storage;
    this.fs = storage.fileSystem(path);
    this.target = new Path(path);
    this.shown = path;
  }

  /**
   * Writes it: to an object store at once, where it appears when it is closed, elsewhere by
   * renaming a hidden neighbour.
   */
  void publish(Storage.Content content) {
    if (Storage.isObjectStore(fs)) {
      write(target, content);
      return;
    }
    Path staged = new Path(target.getParent(), "." + target.getName() + STAGED + UUID.randomUUID());
    try {
      write(staged, content);
      replace(staged);
    } catch (IOException e) {
      throw discarded(staged, StorageErrors.unreachable("write", shown, e));
    } catch (ClusterException e) {
      throw discarded(staged, e);
    }
  }

  private void write(Path file, Storage.Content content) {
    try (OutputStream out = new StoredOutput(fs.create(file, true), shown)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw StorageErrors.unreachable("write", shown, e);
    }
  }

  private void replace(Path staged) throws IOException {
    boolean replaced = fs.rename(staged, target); // the local file system replaces, HDFS refuses
    if (!replaced) {
      FileContext.getFileContext(fs.getUri(), fs.getConf())
          .rename(staged, target, Options.Rename.OVERWRITE);
    }
  }

  /** What was not published takes no room. */
  private ClusterException discarded(Path staged, ClusterException why) {
    try {
      new OwnedFolder(storage, staged.getParent().toString()).delete(staged.getName());
    } catch (ClusterException e) {
      why.addSuppressed(e);
    }
    return why;
  }
}
