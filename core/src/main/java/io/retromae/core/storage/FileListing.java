package io.retromae.core.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The files, and no folders, that lie at some place of a file system, sorted by path. */
final class FileListing {
  private final FileSystem fs;
  private final List<StoredFile> files = new ArrayList<>();

  private FileListing(FileSystem fs) {
    this.fs = fs;
  }

  /** The file at a path, or those that it matches as a pattern, or that lie in such folders. */
  static List<StoredFile> matching(FileSystem fs, Path pattern) throws IOException {
    FileListing listing = new FileListing(fs);
    for (FileStatus match : listing.exactOrGlob(pattern)) {
      if (match.isDirectory()) {
        listing.walk(match.getPath(), false);
      } else {
        listing.add(match);
      }
    }
    return listing.sorted();
  }

  /**
   * The files in a folder.
   *
   * @throws FileNotFoundException if it is not there
   */
  static List<StoredFile> in(FileSystem fs, Path folder) throws IOException {
    FileListing listing = new FileListing(fs);
    listing.walk(folder, false);
    return listing.sorted();
  }

  /**
   * The files in a folder and all folders below.
   *
   * @throws FileNotFoundException if it is not there
   */
  static List<StoredFile> allBelow(FileSystem fs, Path folder) throws IOException {
    FileListing listing = new FileListing(fs);
    if (Storage.isObjectStore(fs)) { // all at once; elsewhere that reads permissions, too
      RemoteIterator<LocatedFileStatus> found = fs.listFiles(folder, true);
      while (found.hasNext()) {
        listing.add(found.next());
      }
    } else {
      listing.walk(folder, true);
    }
    return listing.sorted();
  }

  private FileStatus[] exactOrGlob(Path path) throws IOException {
    try {
      return new FileStatus[] {fs.getFileStatus(path)};
    } catch (FileNotFoundException e) {
      FileStatus[] matches = fs.globStatus(path);
      return matches == null ? new FileStatus[0] : matches;
    }
  }

  private void walk(Path folder, boolean below) throws IOException {
    for (FileStatus file : fs.listStatus(folder)) {
      if (file.isFile()) {
        add(file);
      } else if (below) {
        walkIfThere(file.getPath());
      }
    }
  }

  private void walkIfThere(Path folder) throws IOException {
    try {
      walk(folder, true);
    } catch (FileNotFoundException e) {
      return; // gone since it was listed: it has no files
    }
  }

  private void add(FileStatus file) {
    if (!file.isFile()) {
      return;
    }
    String name = file.getPath().getName();
    boolean hidden = name.startsWith("_") || name.startsWith(".");
    files.add(
        new StoredFile(
            file.getPath().toString(), file.getLen(), hidden, file.getModificationTime()));
  }

  private List<StoredFile> sorted() {
    files.sort(Comparator.comparing(StoredFile::path));
    return files;
  }
}
