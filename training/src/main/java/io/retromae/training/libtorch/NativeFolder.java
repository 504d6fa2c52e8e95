package io.retromae.training.libtorch;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Where libtorch is unpacked. Whoever sets {@code ENGINE_CACHE_DIR} or {@code DJL_CACHE_DIR}
 * chooses (DJL's own variables). Else: on YARN the application's folder, which its containers on a
 * host share and YARN removes; otherwise a folder of this user, in the home or, where that cannot
 * be written (often so in a container), in the folder for temporary files.
 */
final class NativeFolder {
  static final String SETTING = "DJL_CACHE_DIR";
  private static final String NAME = "retromae-spark";
  private static final int ROOT = 0;
  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rwx------");

  private final Map<String, String> environment;
  private final Properties properties;

  /** What this process was started with. */
  NativeFolder(Map<String, String> environment, Properties properties) {
    this.environment = environment;
    this.properties = properties;
  }

  /** The folder, made if need be; DJL is told by the property {@code DJL_CACHE_DIR}. */
  Path choose() {
    Optional<Path> given = value("ENGINE_CACHE_DIR").or(() -> value(SETTING)).map(Path::of);
    if (given.isPresent()) {
      return made(given.get());
    }
    List<String> refusals = new ArrayList<>();
    for (Path candidate : candidates()) {
      try {
        Path folder = ownFolder(candidate);
        properties.setProperty(SETTING, folder.toString());
        return folder;
      } catch (IOException e) {
        refusals.add(candidate + ": " + reason(e));
      }
    }
    throw new ClusterException(
        "no folder to unpack libtorch into; set DJL_CACHE_DIR to one with 500 MB that only this user can write ("
            + String.join("; ", refusals)
            + ")");
  }

  /** A folder that was given: made, or one that nobody else can put a library into. */
  private static Path made(Path folder) {
    try {
      if (Files.exists(folder)) {
        refuseOthers(folder.toRealPath());
      } else {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS));
      }
      return folder;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(folder)) { // another process of ours was faster
        return made(folder);
      }
      throw unusable(folder, e); // a link that leads nowhere, or a file on the way
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static ClusterException unusable(Path folder, IOException e) {
    return new ClusterException(
        "DJL_CACHE_DIR = %s: cannot be used: %s; set it to a folder that only this user can write, which may have to be made yet"
            .formatted(folder, reason(e)),
        e);
  }

  /** Allows a folder of this user, or one of root (an image's), that nobody else may write to. */
  private static void refuseOthers(Path folder) throws IOException {
    PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class);
    if (!found.isDirectory()) {
      throw new IOException("is no folder");
    }
    int owner = (Integer) Files.getAttribute(folder, "unix:uid");
    int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (owner != self && owner != ROOT) {
      throw new IOException("belongs to " + found.owner().getName());
    }
    refuseWritersBeside(found);
  }

  private static void refuseWritersBeside(PosixFileAttributes found) throws IOException {
    if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException("others may write to it; run chmod go-w on it");
    }
  }

  private List<Path> candidates() {
    List<Path> candidates = new ArrayList<>();
    if (environment.containsKey("CONTAINER_ID")) {
      environmentValue("LOCAL_DIRS").ifPresent(dirs -> candidates.add(Path.of(dirs.split(",")[0])));
    }
    environmentValue("XDG_CACHE_HOME").ifPresent(cache -> candidates.add(Path.of(cache)));
    candidates.add(Path.of(properties.getProperty("user.home"), ".cache"));
    candidates.add(Path.of(properties.getProperty("java.io.tmpdir")));
    String user = properties.getProperty("user.name").replaceAll("[^A-Za-z0-9_.-]", "_");
    List<Path> named = new ArrayList<>();
    for (Path candidate : candidates) {
      boolean shared = candidate.equals(Path.of(properties.getProperty("java.io.tmpdir")));
      named.add(candidate.resolve(shared ? NAME + "-" + user : NAME));
    }
    return named;
  }

  /** Others could put a library of theirs into a folder that is not ours alone. */
  private static Path ownFolder(Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS));
    } catch (FileAlreadyExistsException e) {
      // made by an earlier job, which is looked at below
    }
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw new IOException("is no folder");
    }
    Path probe = Files.createTempFile(folder, "probe", "");
    try {
      if (!Files.getOwner(probe).equals(found.owner())) {
        throw new IOException("belongs to " + found.owner().getName());
      }
    } finally {
      Files.delete(probe);
    }
    refuseWritersBeside(found);
    return folder;
  }

  /** As DJL reads its settings: the environment goes before the property. */
  private Optional<String> value(String name) {
    return environmentValue(name)
        .or(
            () ->
                Optional.ofNullable(properties.getProperty(name)).filter(text -> !text.isEmpty()));
  }

  private Optional<String> environmentValue(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
