package io.retromae.core.storage;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;

/**
 * Folders as they are, with all that lies in them: links, pipes and names that cannot be said are
 * told apart, not left out.
 */
abstract sealed class StoredTree permits LocalTree, RemoteTree {
  /**
   * The tree that a path belongs to.
   *
   * @param followLinks whether links inside folders are followed
   */
  static StoredTree of(Storage storage, String path, boolean followLinks) {
    FileSystem fs = storage.fileSystem(path);
    boolean local = "file".equals(fs.getUri().getScheme());
    return local ? new LocalTree(followLinks) : new RemoteTree(fs);
  }

  /** What lies at a path that was named outright: a link there is followed. */
  abstract Optional<StoredNode> at(String path);

  /** What lies directly in a folder, sorted by name. */
  abstract List<StoredNode> members(StoredNode folder);

  /** All below a folder that is no folder, in any order. */
  abstract List<StoredNode> below(StoredNode folder);

  /** The same for all paths by which links lead to one file. */
  abstract String identity(StoredNode file);
}
