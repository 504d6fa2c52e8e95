package io.retromae.core.storage;

import io.retromae.core.storage.StoredNode.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Folders of HDFS and of object stores. */
final class RemoteTree extends StoredTree {
  private final FileSystem fs;

  RemoteTree(FileSystem fs) {
    this.fs = fs;
  }

  @Override
  Optional<StoredNode> at(String path) {
    try {
      return Optional.of(node(fs.getFileStatus(new Path(path))));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", path, e);
    }
  }

  @Override
  List<StoredNode> members(StoredNode folder) {
    List<StoredNode> members = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(new Path(folder.path()))) {
        members.add(node(status));
      }
    } catch (FileNotFoundException e) { // gone, or an empty folder of an object store
      return List.of();
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", folder.path(), e);
    }
    members.sort(Comparator.comparing(StoredNode::path));
    return members;
  }

  @Override
  List<StoredNode> below(StoredNode folder) {
    return Storage.isObjectStore(fs) ? allBelow(folder) : walk(folder);
  }

  /** An object store lists all below at once; elsewhere that would read permissions, too. */
  private List<StoredNode> allBelow(StoredNode folder) {
    List<StoredNode> found = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> files = fs.listFiles(new Path(folder.path()), true);
      while (files.hasNext()) {
        found.add(node(files.next()));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", folder.path(), e);
    }
    return found;
  }

  private List<StoredNode> walk(StoredNode folder) {
    List<StoredNode> found = new ArrayList<>();
    for (StoredNode member : members(folder)) {
      if (member.kind() == Kind.FOLDER) {
        found.addAll(walk(member));
      } else {
        found.add(member);
      }
    }
    return found;
  }

  @Override
  String identity(StoredNode file) {
    return file.path();
  }

  private static StoredNode node(FileStatus status) {
    Kind kind = status.isSymlink() ? Kind.LINK : status.isFile() ? Kind.FILE : Kind.FOLDER;
    long size = kind == Kind.FILE ? status.getLen() : 0;
    return new StoredNode(
        status.getPath().toString(), kind, size, status.getModificationTime(), "");
  }
}
