package io.retromae.core.storage;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.StoredNode.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Folders of a local disk. Hadoop's view of them leaves out links that lead nowhere and names that
 * cannot be encoded; this one does not.
 */
final class LocalTree extends StoredTree {
  private static final String SCHEME = "file:";

  private final boolean followLinks;

  LocalTree(boolean followLinks) {
    this.followLinks = followLinks;
  }

  @Override
  Optional<StoredNode> at(String path) {
    Path file = local(path);
    try {
      return Optional.of(node(file, Files.readAttributes(file, BasicFileAttributes.class)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if ("Not a directory".equals(e.getReason())) {
        return Optional.empty();
      }
      throw StorageErrors.unreachable("look at", path, e);
    } catch (IOException e) {
      throw StorageErrors.unreachable("look at", path, e);
    }
  }

  private static Path local(String path) {
    String name = new org.apache.hadoop.fs.Path(path).toUri().getPath();
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new ConfigException(path + ": " + LocalNames.whyUnsayable(), e);
    }
  }

  @Override
  List<StoredNode> members(StoredNode folder) {
    Path path = local(folder.path());
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      entries.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw StorageErrors.unreachable("list", folder.path(), e.getCause());
    } catch (IOException e) {
      throw StorageErrors.unreachable("list", folder.path(), e);
    }
    List<StoredNode> members = new ArrayList<>();
    found.stream()
        .sorted(Comparator.comparing(Path::toString))
        .forEach(entry -> member(entry).ifPresent(members::add));
    return members;
  }

  private Optional<StoredNode> member(Path entry) {
    if (!LocalNames.isSayable(entry)) {
      return Optional.of(
          new StoredNode(
              LocalNames.asUtf8(entry), Kind.UNNAMEABLE, 0, 0, LocalNames.whyUnsayable()));
    }
    try {
      BasicFileAttributes own =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(own.isSymbolicLink() ? link(entry) : node(entry, own));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // gone since the folder was read
    } catch (IOException e) {
      throw StorageErrors.unreachable("look at", SCHEME + entry, e);
    }
  }

  private StoredNode link(Path entry) throws IOException {
    String target = String.valueOf(Files.readSymbolicLink(entry));
    if (!followLinks || !Files.exists(entry)) {
      return new StoredNode(SCHEME + entry, Kind.LINK, 0, 0, target);
    }
    if (leadsUp(entry)) {
      return new StoredNode(SCHEME + entry, Kind.LOOP, 0, 0, target);
    }
    return node(entry, Files.readAttributes(entry, BasicFileAttributes.class));
  }

  /** Whether a link leads to a folder that it lies in, by whatever links it was reached. */
  private static boolean leadsUp(Path entry) throws IOException {
    Path target = entry.toRealPath();
    for (Path above = entry.getParent(); above != null; above = above.getParent()) {
      if (above.toRealPath().equals(target)) {
        return true;
      }
    }
    return false;
  }

  @Override
  String identity(StoredNode file) {
    try {
      return followLinks ? SCHEME + local(file.path()).toRealPath() : file.path();
    } catch (IOException e) {
      throw StorageErrors.unreachable("look at", file.path(), e);
    }
  }

  private static StoredNode node(Path path, BasicFileAttributes attributes) {
    long modified = attributes.lastModifiedTime().toMillis();
    Kind kind =
        attributes.isDirectory()
            ? Kind.FOLDER
            : attributes.isRegularFile() ? Kind.FILE : Kind.SPECIAL;
    return new StoredNode(
        SCHEME + path, kind, kind == Kind.FILE ? attributes.size() : 0, modified, "");
  }

  @Override
  List<StoredNode> below(StoredNode folder) {
    List<StoredNode> found = new ArrayList<>();
    for (StoredNode member : members(folder)) {
      if (member.kind() == Kind.FOLDER) {
        found.addAll(below(member));
      } else {
        found.add(member);
      }
    }
    return found;
  }
}
