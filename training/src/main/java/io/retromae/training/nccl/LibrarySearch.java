package io.retromae.training.nccl;

import com.sun.jna.NativeLibrary;
import io.retromae.core.failure.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a library may be: what the user names, else what this process has loaded already (so that
 * no second copy comes in beside libtorch's), else what the dynamic linker finds.
 *
 * @param property system property with a path
 * @param variable environment variable with a path
 * @param fileName beginning of the name of a loaded file
 * @param linkerName what to ask the dynamic linker for
 */
record LibrarySearch(String property, String variable, String fileName, String linkerName) {
  /** libtorch's own library may hold NCCL and the runtime, linked statically. */
  private static final String LIBTORCH = "libtorch_cuda.so";

  private static final Path MAPS = Path.of("/proc/self/maps");

  /**
   * The first candidate that can be loaded and has a function.
   *
   * @return a path, or a name for the linker
   * @throws ConfigException with all that was tried
   */
  String find(String symbol) {
    List<String> failures = new ArrayList<>();
    for (String candidate : candidates()) {
      Optional<String> failure = failure(candidate, symbol);
      if (failure.isEmpty()) {
        return candidate;
      }
      failures.add(candidate + " (" + failure.get() + ")");
    }
    throw new ConfigException(
        "%s was not found; tried %s; name it by spark.executorEnv.%s=PATH or -D%s=PATH, or use cluster.collective: tcp"
            .formatted(linkerName, String.join(", ", failures), variable, property));
  }

  private List<String> candidates() {
    String named = System.getProperty(property, System.getenv().getOrDefault(variable, ""));
    if (!named.isEmpty()) {
      return List.of(named); // another one instead would be a surprise
    }
    List<String> candidates = new ArrayList<>(loaded(fileName));
    candidates.addAll(loaded(LIBTORCH));
    candidates.add(linkerName);
    return candidates;
  }

  /** Paths of libraries in this process. */
  private static List<String> loaded(String fileName) {
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.filter(line -> line.contains("/" + fileName))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + MAPS, e);
    }
  }

  private static Optional<String> failure(String candidate, String symbol) {
    try {
      NativeLibrary.getInstance(candidate).getFunction(symbol);
      return Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.of(e.getMessage().lines().findFirst().orElse("cannot be loaded"));
    }
  }
}
