package io.retromae.core.storage;

import io.retromae.core.failure.ConfigException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Opens, lists and creates files on any Hadoop file system. Paths are plain text: {@code
 * out/corpus}, {@code hdfs://...}, {@code s3a://...}; blanks, {@code #} and {@code %} need no
 * escaping. Thread-safe; travels to executors with the Hadoop configuration it was made with, but
 * not its credentials.
 */
public final class Storage implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a process that Storage travelled to has of its own, credentials above all. */
  public interface Surroundings extends Serializable {
    /** Hadoop's configuration as this process has it; read once. */
    Configuration configuration();
  }

  private final Surroundings surroundings;
  private transient Configuration configuration;

  /** Storage whose copies elsewhere have no credentials but those of Hadoop's files there. */
  public Storage(Configuration configuration) {
    this(configuration, Configuration::new);
  }

  /**
   * Storage that reaches what this Hadoop configuration reaches. Where it leaves open how S3A
   * reads, its own stream is taken: it goes on behind a connection that was reset, as the
   * accelerator's, Hadoop 3.5's default, does not.
   *
   * @param surroundings where a copy that has travelled takes its credentials from, which do not
   *     travel with it
   */
  public Storage(Configuration configuration, Surroundings surroundings) {
    this.surroundings = surroundings;
    configuration.setIfUnset("fs.s3a.input.stream.type", "classic");
    this.configuration = configuration;
  }

  /** The Hadoop configuration, for libraries that open files themselves. */
  public Configuration configuration() {
    return configuration;
  }

  /** The path with scheme and absolute folder, unescaped. */
  public String qualify(String path) {
    return fileSystem(path).makeQualified(new Path(path)).toString();
  }

  /**
   * The files a path or glob pattern names, sorted by path; a folder means the files in it. An
   * existing file whose name looks like a pattern is that file. Empty if nothing matches.
   */
  public List<StoredFile> list(String pattern) {
    try {
      return FileListing.matching(fileSystem(pattern), new Path(pattern));
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", pattern, e);
    }
  }

  /** The files in a folder, sorted by path; none if there is no such folder. */
  public List<StoredFile> files(String folder) {
    return files(folder, false);
  }

  /** The files in a folder and all folders below, sorted by path; none if it is not there. */
  public List<StoredFile> allFiles(String folder) {
    return files(folder, true);
  }

  private List<StoredFile> files(String folder, boolean below) {
    try {
      FileSystem fs = fileSystem(folder);
      Path path = new Path(folder);
      return below ? FileListing.allBelow(fs, path) : FileListing.in(fs, path);
    } catch (FileNotFoundException e) { // an empty one of an object store is none
      return List.of();
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", folder, e);
    }
  }

  /** Whether a file or folder is there. */
  public boolean exists(String path) {
    try {
      return fileSystem(path).exists(new Path(path));
    } catch (IOException e) {
      throw StorageErrors.unreachable("look for", path, e);
    }
  }

  /** Whether a folder that exists holds nothing at all. */
  public boolean isEmptyFolder(String path) {
    try {
      return fileSystem(path).listStatus(new Path(path)).length == 0;
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", path, e);
    }
  }

  /** Opens a file for reading at any position. */
  public FSDataInputStream open(String path) throws IOException {
    FileSystem fs = fileSystem(path);
    try {
      return translating(fs, path, fs.open(new Path(path)));
    } catch (FileNotFoundException e) {
      throw meant(fs, path, e);
    }
  }

  /** Streams of other file systems throw what they should, and may read several ranges at once. */
  private static FSDataInputStream translating(FileSystem fs, String path, FSDataInputStream in) {
    return fs instanceof RawLocalFileSystem ? new FSDataInputStream(new LocalInput(in, path)) : in;
  }

  /** Java says of a local file that may not be read, or whose disk fails, that it is not there. */
  private static IOException meant(FileSystem fs, String path, FileNotFoundException e) {
    Path file = fs.makeQualified(new Path(path));
    boolean there =
        "file".equals(fs.getUri().getScheme())
            && Files.exists(
                java.nio.file.Path.of(file.toUri().getPath()), LinkOption.NOFOLLOW_LINKS);
    return there ? new IOException(e.getMessage(), e) : e;
  }

  /** How a file is going to be read. An object store is asked for other ranges then. */
  public enum Reading {
    /** From one place on, to the end. */
    IN_ORDER("whole-file, sequential"),
    /** Here and there, as Parquet is. */
    HERE_AND_THERE("parquet, random");

    private final String policies;

    Reading(String policies) {
      this.policies = policies;
    }
  }

  /**
   * Opens a file whose size is known, which spares an object store a question.
   *
   * @param size bytes; what lies behind them is not read
   */
  public FSDataInputStream open(String path, long size, Reading how) throws IOException {
    Path file = new Path(path);
    FileSystem fs = fileSystem(path);
    try { // Hadoop before 3.3.5 knows neither option and asks.
      FSDataInputStream in =
          FutureIO.awaitFuture(
              fs.openFile(file)
                  .opt("fs.option.openfile.read.policy", how.policies)
                  .opt("fs.option.openfile.length", Long.toString(size))
                  .build());
      return translating(fs, path, in);
    } catch (FileNotFoundException e) {
      throw meant(fs, path, e);
    }
  }

  /** The size in bytes of a file that must exist. */
  public long size(String path) throws IOException {
    return fileSystem(path).getFileStatus(new Path(path)).getLen();
  }

  /** The whole of a small file. */
  public byte[] read(String path) {
    return readIfThere(path).orElseThrow(() -> new ConfigException(path + ": no such file"));
  }

  /** The whole of a small file; empty if it is not there. */
  public Optional<byte[]> readIfThere(String path) {
    try (InputStream in = open(path)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StorageErrors.unreachable("read", path, e);
    }
  }

  /**
   * Creates a new file; missing folders are made. What goes wrong in writing is a {@link
   * io.retromae.core.failure.ClusterException} that names the file.
   *
   * @throws IOException an Already-Exists-Exception if the file is there
   */
  public OutputStream create(String path) throws IOException {
    try {
      return created(path, false);
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      throw e;
    } catch (RemoteException e) {
      if (e.getClassName().endsWith(".AlreadyBeingCreatedException")) { // HDFS: not closed yet
        throw new FileAlreadyExistsException(path + ": another process writes it");
      }
      throw StorageErrors.unreachable("write", path, e);
    } catch (IOException e) {
      throw StorageErrors.unreachable("write", path, e);
    }
  }

  /** As {@link #create}, but in the place of a file that may be there. */
  public OutputStream createAgain(String path) {
    try {
      return created(path, true);
    } catch (IOException e) {
      throw StorageErrors.unreachable("write", path, e);
    }
  }

  private OutputStream created(String path, boolean again) throws IOException {
    try {
      return new StoredOutput(fileSystem(path).create(new Path(path), again), path);
    } catch (FSError e) {
      throw StorageErrors.cause(e);
    }
  }

  /**
   * Writes a small file that appears whole or not at all, replacing an older one. An object store
   * gives that by a single PUT; elsewhere the bytes go to a hidden neighbour that is renamed.
   */
  public void publish(String path, byte[] bytes) {
    publish(path, out -> out.write(bytes));
  }

  /** What a file is going to hold. */
  public interface Content {
    /** Writes it; the stream is the caller's to close. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** The same for a file too large to be held in memory. */
  public void publish(String path, Content content) {
    new Publication(this, path).publish(content);
  }

  static boolean isObjectStore(FileSystem fs) {
    return isObjectStore(fs.getUri().getScheme());
  }

  static boolean isObjectStore(String scheme) {
    return scheme.startsWith("s3") || scheme.equals("gs") || scheme.startsWith("abfs");
  }

  /** The file system of a path. */
  FileSystem fileSystem(String text) {
    StorageErrors.refuseCredentials(text);
    StorageErrors.refuseTilde(text);
    try {
      Path path = new Path(text);
      FileSystem fs = path.getFileSystem(configuration);
      LocalNames.refuseUnnameable(fs, path);
      // Hadoop's local file system adds hidden .crc files; our formats carry their own checksums.
      return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
    } catch (UnsupportedFileSystemException | NoClassDefFoundError e) {
      throw StorageErrors.noFileSystem(text, e);
    } catch (AccessDeniedException e) {
      throw StorageErrors.unreachable("open", text, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(text + ": no file system for this path: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) { // as Hadoop's Configuration wraps it
        throw StorageErrors.noFileSystem(text, e);
      }
      throw e;
    }
  }

  /** Why {@link #list} found nothing there, in brackets, as far as an object store can tell. */
  public String whyEmpty(String pattern) {
    Path prefix = new Path(pattern);
    if (!isObjectStore(fileSystem(pattern))) {
      return "";
    }
    while (prefix.getParent() != null && prefix.toString().matches(".*[*?\\[{].*")) {
      prefix = prefix.getParent();
    }
    return exists(prefix.toString())
        ? " (bucket reached, nothing under " + prefix + " matches)"
        : " (bucket reached, prefix empty)";
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    Credentials.without(configuration).write(out);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    Configuration sent = new Configuration(false);
    sent.readFields(in);
    configuration = Credentials.added(sent, surroundings.configuration());
  }
}
