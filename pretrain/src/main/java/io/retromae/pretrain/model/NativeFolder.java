package io.retromae.pretrain.model;

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

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ClusterException(
          "DJL_CACHE_DIR = %s: cannot make this folder: %s; set it to one that can be written"
              .formatted(folder, reason(e)),
          e);
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
    Set<PosixFilePermission> ours = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(folder.getParent());
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(ours));
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
    if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException("others may write to it; run chmod go-w on it");
    }
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
