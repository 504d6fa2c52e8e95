package io.retromae.training.libtorch;

import ai.djl.util.Platform;
import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Unpacks libtorch once per folder, however many processes of a host start at once: the first holds
 * a lock, the others wait and find it. DJL alone lets every process unpack, and deletes a folder
 * that another has finished between its look and its own unpacking.
 */
final class NativeCache {
  private static final String UNPACKING = "unpacking-";
  private static final String LOCK = "retromae.lock";

  private final Path folder;

  /** What is unpacked below {@code folder}, which must be there. */
  NativeCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the libtorch of our jar ready where DJL looks for it. Nothing happens if the jar has none
   * (the GPU's, downloaded or in the image).
   *
   * @throws ClusterException if the disk is full or the folder cannot be written
   */
  void unpackLibTorch() {
    Platform platform = Platform.detectPlatform("pytorch");
    if (platform.isPlaceholder()) {
      return;
    }
    String source = "pytorch/" + platform.getFlavor() + "/" + platform.getClassifier() + "/";
    String name =
        platform.getVersion() + "-" + platform.getFlavor() + "-" + platform.getClassifier();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    Map<String, URL> files = new LinkedHashMap<>();
    for (String library : platform.getLibraries()) {
      URL url = loader == null ? null : loader.getResource(source + library);
      if (url == null) {
        url = NativeCache.class.getClassLoader().getResource(source + library);
      }
      if (url == null) {
        throw new IllegalStateException("no " + source + library + " on the class path");
      }
      files.put(library, url);
    }
    unpack("pytorch/" + name, files);
  }

  /** Makes {@code folder/name} hold exactly these files, whole. */
  void unpack(String name, Map<String, URL> files) {
    Path target = folder.resolve(name);
    try {
      if (isWhole(target, files)) { // folders appear whole; this one may be an image's, read-only
        return;
      }
      Files.createDirectories(target.getParent());
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !isWhole(target, files)) {
          replace(target, files);
        }
      }
    } catch (IOException e) {
      throw new ClusterException(
          "cannot unpack libtorch into %s: %s; %,d MB are free there; make room, or set DJL_CACHE_DIR to a folder with 500 MB"
              .formatted(target, reason(e), freeMegabytes()),
          e);
    }
  }

  /** A process that was killed leaves a folder of its own, or, by other programs, short files. */
  private void replace(Path target, Map<String, URL> files) throws IOException {
    Path parent = target.getParent();
    deleteRemains(parent); // under the lock nobody else is unpacking
    if (Files.exists(target)) {
      // Who has loaded it keeps its files; the name is free for the whole ones.
      Files.move(target, Files.createTempDirectory(parent, UNPACKING).resolve("old"));
    }
    Path staged = Files.createTempDirectory(parent, UNPACKING);
    try {
      for (Map.Entry<String, URL> file : files.entrySet()) {
        try (InputStream in = open(file.getValue()).getInputStream()) {
          Files.copy(in, staged.resolve(file.getKey()));
        }
      }
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteRemains(parent);
    }
  }

  private static boolean isWhole(Path target, Map<String, URL> files) throws IOException {
    for (Map.Entry<String, URL> file : files.entrySet()) {
      Path path = target.resolve(file.getKey());
      if (!Files.isRegularFile(path) || Files.size(path) != sizeOf(file.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static long sizeOf(URL url) throws IOException {
    URLConnection connection = open(url);
    try (InputStream in = connection.getInputStream()) { // closes the jar as well
      return in == null ? -1 : connection.getContentLengthLong();
    }
  }

  private static URLConnection open(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection;
  }

  private static void deleteRemains(Path parent) throws IOException {
    List<Path> remains = new ArrayList<>();
    try (Stream<Path> members = Files.list(parent)) {
      members
          .filter(path -> path.getFileName().toString().startsWith(UNPACKING))
          .forEach(remains::add);
    }
    for (Path path : remains) {
      try (Stream<Path> tree = Files.walk(path)) {
        for (Path member : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(member);
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private long freeMegabytes() {
    try {
      return Files.getFileStore(folder).getUsableSpace() >> 20;
    } catch (IOException e) {
      return 0; // a folder that cannot be asked has no room to offer
    }
  }
}
