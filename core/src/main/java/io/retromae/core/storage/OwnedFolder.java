package io.retromae.core.storage;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The folder of a job, and the only place that deletes. A name is never a pattern; what is deleted
 * lies below the folder, and on local disk no symbolic link leads there: a link is deleted itself,
 * never what it points to. Thread-safe.
 */
public final class OwnedFolder {
  private static final Pattern STAGED_NAME =
      Pattern.compile("\\.[^/]+" + Pattern.quote(Publication.STAGED) + "[0-9a-f-]{36}");

  /** For a folder that others may still be writing to. */
  private static final int TRIES = 3;

  private final Storage storage;
  private final String path;

  /** The folder that {@code path} names exactly; it need not exist. */
  public OwnedFolder(Storage storage, String path) {
    this.storage = storage;
    this.path = storage.qualify(path);
  }

  /** Qualified. */
  public String path() {
    return path;
  }

  /**
   * Deletes a file or a whole folder; nothing happens if it is not there.
   *
   * @param name path within this folder, such as {@code data/00000.parquet}
   * @throws CorruptDataException if that does not lie below this folder
   * @throws ConfigException if a symbolic link leads there
   * @throws ClusterException if storage does not let it be deleted
   */
  public void delete(String name) {
    Path target = below(name);
    FileSystem fs = storage.fileSystem(path);
    try {
      if (fs instanceof RawLocalFileSystem local) {
        deleteLocal(local, target, name);
      } else {
        fs.delete(target, true);
      }
    } catch (IOException e) {
      throw StorageErrors.unreachable("delete", target.toString(), e);
    }
  }

  /**
   * Gives a file or folder within this folder another name that is not taken. At once on local disk
   * and HDFS; an object store copies file by file.
   *
   * @throws ConfigException if a symbolic link leads there
   * @throws ClusterException if storage does not let it be renamed
   */
  public void rename(String from, String to) {
    refuseLinks(List.of(from));
    Path source = below(from);
    Path target = below(to);
    FileSystem fs = storage.fileSystem(path);
    try {
      if (fs.exists(target)) {
        throw new IOException(target + " is there already");
      }
      if (!fs.rename(source, target)) {
        throw new IOException("cannot be renamed to " + target);
      }
    } catch (IOException e) {
      throw StorageErrors.unreachable("rename", source.toString(), e);
    }
  }

  /** Deletes a file of this folder that was listed, by its qualified path. */
  public void deleteListed(String listed) {
    String prefix = path.endsWith("/") ? path : path + "/";
    if (!listed.startsWith(prefix)) {
      throw new CorruptDataException(
          "%s: not deleted, it does not lie below %s".formatted(listed, path));
    }
    delete(listed.substring(prefix.length()));
  }

  /**
   * Deletes what {@link Storage#publish} has left when its process was killed. Nobody may be
   * publishing there.
   *
   * @param folder path within this folder; empty for itself
   */
  public void deleteStaged(String folder) {
    if (Storage.isObjectStore(storage.fileSystem(path))) {
      return; // there is nothing staged
    }
    String prefix = folder.isEmpty() ? "" : folder + "/";
    for (StoredFile file : storage.files(folder.isEmpty() ? path : path + "/" + folder)) {
      String name = file.path().substring(file.path().lastIndexOf('/') + 1);
      if (STAGED_NAME.matcher(name).matches()) {
        delete(prefix + name);
      }
    }
  }

  /**
   * Refuses symbolic links on local disk where a job would write.
   *
   * @param names files and folders within this folder, looked at with all below
   * @throws ConfigException naming the first link
   */
  public void refuseLinks(List<String> names) {
    if (!(storage.fileSystem(path) instanceof RawLocalFileSystem local)) {
      return;
    }
    for (String name : names) {
      java.nio.file.Path file = local.pathToFile(below(name)).toPath();
      try {
        Optional<java.nio.file.Path> link = linkIn(file);
        if (link.isPresent()) {
          throw linked(link.get());
        }
      } catch (IOException e) {
        throw StorageErrors.unreachable("list", file.toString(), e);
      }
    }
  }

  private static Optional<java.nio.file.Path> linkIn(java.nio.file.Path file) throws IOException {
    java.nio.file.Path[] found = new java.nio.file.Path[1];
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(
          file,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(java.nio.file.Path at, BasicFileAttributes is) {
              found[0] = is.isSymbolicLink() ? at : null;
              return is.isSymbolicLink() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(java.nio.file.Path at, IOException why)
                throws IOException {
              return goneOrThrow(why);
            }
          });
    }
    return Optional.ofNullable(found[0]);
  }

  private ConfigException linked(java.nio.file.Path link) {
    return new ConfigException(
        "%s: a symbolic link in the folder of a job, which writes and deletes nothing outside of it; put a real folder in its place"
            .formatted(link));
  }

  /** The path of a name, which takes no way out of this folder. */
  private Path below(String name) {
    for (String element : name.split("/", -1)) {
      if (element.isEmpty() || element.equals(".") || element.equals("..")) {
        throw outside(name);
      }
    }
    Path target = new Path(path + "/" + name);
    Path root = new Path(path);
    String prefix = root.isRoot() ? "/" : root.toUri().getPath() + "/";
    boolean same = storage.qualify(target.toString()).equals(target.toString());
    if (!same || !target.toUri().getPath().equals(prefix + name)) {
      throw outside(name);
    }
    return target;
  }

  private CorruptDataException outside(String name) {
    return new CorruptDataException(
        "'%s': not a path below %s; nothing there is touched".formatted(name, path));
  }

  private void deleteLocal(RawLocalFileSystem fs, Path target, String name) throws IOException {
    java.nio.file.Path at = fs.pathToFile(new Path(path)).toPath();
    String[] elements = name.split("/");
    for (int i = 0; i + 1 < elements.length; i++) {
      at = at.resolve(elements[i]);
      if (Files.isSymbolicLink(at)) {
        throw linked(at);
      }
    }
    deleteTree(fs.pathToFile(target).toPath());
  }

  /** Not by Hadoop: some of its versions follow a link that cannot be deleted. */
  private static void deleteTree(java.nio.file.Path file) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        Files.walkFileTree(file, new Deleting());
        return;
      } catch (DirectoryNotEmptyException e) {
        if (tries == TRIES) {
          throw new IOException("somebody goes on writing to " + e.getFile(), e);
        }
      }
    }
  }

  private static final class Deleting extends SimpleFileVisitor<java.nio.file.Path> {
    @Override
    public FileVisitResult visitFile(java.nio.file.Path file, BasicFileAttributes is)
        throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(java.nio.file.Path file, IOException why)
        throws IOException {
      return goneOrThrow(why);
    }

    @Override
    public FileVisitResult postVisitDirectory(java.nio.file.Path folder, IOException why)
        throws IOException {
      if (why != null) {
        throw why;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  private static FileVisitResult goneOrThrow(IOException why) throws IOException {
    if (why instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE; // gone since it was listed
    }
    throw why;
  }
}
