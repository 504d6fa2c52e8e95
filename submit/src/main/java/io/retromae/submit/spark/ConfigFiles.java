package io.retromae.submit.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The YAML files of {@code -c}: wherever Hadoop reaches, relative names from the working folder. A
 * bare name may also be that of a file that travelled with the job ({@code spark-submit --files}).
 */
public final class ConfigFiles {
  private static final List<String> SHIPPED =
      List.of("spark.files", "spark.yarn.dist.files", "spark.archives");

  /** Where deploy/docker puts what an image has. */
  private static final String IN_IMAGE = "/opt/retromae/";

  /** Variable: the folder that stands for that one in a dry run on a machine without it. */
  private static final String IMAGE = "RETROMAE_IMAGE";

  private final Storage storage;
  private final GivenProperties properties;

  /** Files, wherever this storage and a job with these properties have them. */
  public ConfigFiles(Storage storage, GivenProperties properties) {
    this.storage = storage;
    this.properties = properties;
  }

  /**
   * Reads them, in order.
   *
   * @throws ConfigException naming the file that cannot be read
   */
  public List<ConfigLoader.Source> read(List<String> names) {
    return names.stream()
        .map(name -> new ConfigLoader.Source(name, new String(bytes(name), UTF_8)))
        .toList();
  }

  private byte[] bytes(String name) {
    try {
      return storage.read(place(name));
    } catch (ConfigException | ClusterException e) {
      throw new ConfigException(
          "%s: cannot be read: no such file, or no text (%s)".formatted(name, e.getMessage()), e);
    }
  }

  private static boolean hasScheme(String name) {
    return name.matches("[a-zA-Z][\\w+.-]+:.*");
  }

  /** Whether the driver finds the file in its image, which the dry run knows by another name. */
  private static boolean inImage(String name) {
    return name.startsWith(IN_IMAGE) && System.getenv().containsKey(IMAGE);
  }

  /** Local names are local, whatever Hadoop's default file system is. */
  private String place(String name) {
    if (hasScheme(name) || name.startsWith("~")) { // which storage refuses
      return name;
    }
    if (inImage(name)) {
      return "file://" + Path.of(System.getenv(IMAGE), name.substring(IN_IMAGE.length()));
    }
    boolean bare = !name.contains("/");
    if (bare && !Files.exists(Path.of(name))) {
      Optional<String> shipped = shipped(name);
      if (shipped.isPresent()) {
        return shipped.get();
      }
    }
    return "file://" + Path.of(name).toAbsolutePath();
  }

  private Optional<String> shipped(String name) {
    return SHIPPED.stream()
        .flatMap(key -> properties.get(key).stream())
        .flatMap(list -> Arrays.stream(list.split(",")))
        .flatMap(path -> named(path, name))
        .findFirst();
  }

  /** {@code path}, or {@code path#name} as YARN has it. */
  private static Stream<String> named(String path, String name) {
    String file = path.replaceFirst("#.*", "");
    String alias = path.contains("#") ? path.replaceFirst(".*#", "") : file;
    return alias.substring(alias.lastIndexOf('/') + 1).equals(name)
        ? Stream.of(file)
        : Stream.empty();
  }

  /** Those of {@code names} that lie on this machine. */
  public static List<String> local(List<String> names) {
    return names.stream().filter(name -> !hasScheme(name) && !inImage(name)).toList();
  }
}
