package io.retromae.core.storage;

/**
 * What lies at a path.
 *
 * @param path qualified and unescaped, as {@link Storage#open} takes it
 * @param kind file, folder or what is neither
 * @param size bytes of a file, else 0
 * @param modified milliseconds since 1970, as the file system tells
 * @param detail what there is to say of a kind: a link's target; empty for files and folders
 */
public record StoredNode(String path, Kind kind, long size, long modified, String detail) {
  /** What lies there. */
  public enum Kind {
    /** A file. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A symbolic link that is not followed, or leads nowhere. */
    LINK,
    /** A link that is followed, to a folder that it lies in. */
    LOOP,
    /** A pipe, a socket or a device. */
    SPECIAL,
    /** It has a name that Java cannot say in this locale, so that it cannot be opened. */
    UNNAMEABLE
  }

  /** Last element of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether Hadoop's own readers skip it. */
  public boolean hidden() {
    return name().startsWith("_") || name().startsWith(".");
  }

  static StoredNode folder(String path) {
    return new StoredNode(path, Kind.FOLDER, 0, 0, "");
  }
}
