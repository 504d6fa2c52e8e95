package io.retromae.core.storage;

import io.retromae.core.config.Secrets;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.fs.FSError;
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
            : isDenied(path, cause)
                ? "%s: access denied: credentials were found, they may not %s %s (other keys: fs.s3a.aws.credentials.provider or the usual environment variables): %s"
                    .formatted(root(path), verb, path, cause.getMessage())
                : "cannot %s %s: %s".formatted(verb, path, reason(cause));
    return new ClusterException(text, cause);
  }

  /** Java's own of a local file says which file was denied, and not that it was. */
  private static String reason(IOException cause) {
    return cause instanceof AccessDeniedException
        ? "permission denied to user " + System.getProperty("user.name")
        : cause.getMessage();
  }

  /** What Hadoop's local file system hides in an Error. */
  static IOException cause(FSError error) {
    return error.getCause() instanceof IOException cause
        ? cause
        : new IOException(error.getMessage(), error);
  }

  /**
   * Refuses a key and a secret in a path: paths are logged, saved and shown. The message leaves
   * them out.
   */
  static void refuseCredentials(String path) {
    String shown = Secrets.withoutUsers(path);
    if (!shown.equals(path)) {
      throw new ConfigException(
          "%s: a path with credentials in it would be logged and saved; take them out and use fs.s3a.aws.credentials.provider or the usual environment variables"
              .formatted(shown));
    }
  }

  /** Refuses what only a shell knows; without it there would be a folder of that name. */
  static void refuseTilde(String path) {
    if (path.startsWith("~")) {
      throw new ConfigException(
          "%s: '~' is not expanded here; write the home folder out%s, or ./%1$s if that is its name"
              .formatted(
                  path,
                  path.startsWith("~/")
                      ? ", as " + System.getProperty("user.home") + path.substring(1)
                      : ""));
    }
  }

  /** Whether an object store knows who asks and does not let them. */
  private static boolean isDenied(String path, IOException cause) {
    String scheme = String.valueOf(new Path(path).toUri().getScheme());
    return cause instanceof AccessDeniedException && Storage.isObjectStore(scheme);
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
