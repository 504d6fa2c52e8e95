package io.retromae.core.storage;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** What a file system's refusals mean, in words that say how to mend them. */
final class StorageErrors {
  private static final String S3_JAR =
      "; add --jars retromae-spark-s3_SCALA-VERSION.jar, as submit/retromae does by itself";

  private StorageErrors() {}

  /** Nothing on the class path can open such a path. */
  static ConfigException noFileSystem(String path, Throwable cause) {
    String scheme = String.valueOf(new Path(path).toUri().getScheme());
    String hint =
        switch (scheme) {
          case "s3a" -> " this Spark cannot reach S3" + S3_JAR;
          case "s3", "s3n" -> " Hadoop's S3 paths begin with s3a://";
          default -> " no file system for this path: " + cause.getMessage();
        };
    return new ConfigException(path + ":" + hint, cause);
  }

  /** The storage did not do what it was asked for. */
  static ClusterException unreachable(String verb, String path, IOException cause) {
    String text =
        has(cause, "NoAuthWithAWSException") || has(cause, "NoAwsCredentialsException")
            ? "%s: access denied with no credentials found; set fs.s3a.aws.credentials.provider or the usual environment variables"
                .formatted(root(path))
            : isDenied(cause)
                ? "%s: access denied: credentials were found, they may not %s %s (other keys: fs.s3a.aws.credentials.provider or the usual environment variables): %s"
                    .formatted(root(path), verb, path, cause.getMessage())
                : "cannot %s %s: %s".formatted(verb, path, cause.getMessage());
    return new ClusterException(text, cause);
  }

  /**
   * Refuses a key and a secret in a path: paths are logged, saved and shown. The message leaves
   * them out.
   */
  static void refuseCredentials(Path path) {
    URI uri = path.toUri();
    Optional<String> user = Optional.ofNullable(uri.getUserInfo());
    String authority = String.valueOf(uri.getAuthority());
    if (user.filter(text -> text.contains(":")).isPresent() || authority.matches(".*:.*@.*")) {
      throw new ConfigException(
          "%s://***@%s: a path with credentials in it would be logged and saved; take them out and use fs.s3a.aws.credentials.provider or the usual environment variables"
              .formatted(uri.getScheme(), authority.substring(authority.lastIndexOf('@') + 1)));
    }
  }

  private static boolean isDenied(IOException cause) {
    return cause instanceof AccessDeniedException;
  }

  /** By name: the classes are the S3 connector's, which need not be there. */
  private static boolean has(Throwable error, String simpleName) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause.getClass().getSimpleName().equals(simpleName)) {
        return true;
      }
    }
    return false;
  }

  /** {@code s3a://bucket} of a path in it. */
  private static String root(String path) {
    URI uri = new Path(path).toUri();
    return uri.getAuthority() == null ? path : uri.getScheme() + "://" + uri.getAuthority();
  }
}
