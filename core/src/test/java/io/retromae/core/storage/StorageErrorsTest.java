package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageErrorsTest {

  /** Named as the S3 connector's; this module does not have it. */
  private static final class NoAuthWithAWSException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** An object store without its network: the bucket says how it answers. */
  public static final class Bucket extends RawLocalFileSystem {
    private URI uri;

    @Override
    public void initialize(URI name, Configuration configuration) throws IOException {
      super.initialize(URI.create("file:///"), configuration);
      uri = name;
    }

    @Override
    public URI getUri() {
      return uri == null ? super.getUri() : uri;
    }

    @Override
    protected void checkPath(Path path) {} // every bucket's paths

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      switch (path.toUri().getAuthority()) {
        case "keyless" ->
            throw (IOException)
                new AccessDeniedException("keyless").initCause(new NoAuthWithAWSException());
        case "forbidden" -> throw new AccessDeniedException("forbidden", null, "403");
        default -> {
          if (path.getName().equals("kept")) {
            return new FileStatus(0, true, 1, 1, 0, path);
          }
          throw new FileNotFoundException(path.toString());
        }
      }
    }

    @Override
    public boolean exists(Path path) {
      return path.getName().equals("kept");
    }

    @Override
    public FileStatus[] listStatus(Path path) {
      return new FileStatus[0];
    }
  }

  private static Storage buckets() {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.s3test.impl", Bucket.class, RawLocalFileSystem.class);
    return new Storage(configuration);
  }

  @Test
  void aSparkWithoutS3IsToldOfTheJar() {
    Storage storage = new Storage(new Configuration());

    var failure = assertThrows(ConfigException.class, () -> storage.list("s3a://bucket/x"));

    assertEquals(
        "s3a://bucket/x: this Spark cannot reach S3; add --jars retromae-spark-s3_SCALA-VERSION.jar,"
            + " as submit/retromae does by itself",
        failure.getMessage());
  }

  @Test
  void anotherSpellingOfTheSchemeIsTold() {
    Storage storage = new Storage(new Configuration());

    var failure = assertThrows(ConfigException.class, () -> storage.list("s3://bucket/x"));

    assertEquals("s3://bucket/x: Hadoop's S3 paths begin with s3a://", failure.getMessage());
  }

  @Test
  void missingCredentialsAreTold() {
    var failure =
        assertThrows(ClusterException.class, () -> buckets().list("s3test://keyless/a/*.zst"));

    assertEquals(
        "s3test://keyless: access denied with no credentials found; set"
            + " fs.s3a.aws.credentials.provider or the usual environment variables",
        failure.getMessage());
  }

  @Test
  void credentialsThatMayNotAreTold() {
    var failure =
        assertThrows(ClusterException.class, () -> buckets().list("s3test://forbidden/a"));

    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "s3test://forbidden: access denied: credentials were found, they may not list"),
        failure.getMessage());
  }

  @Test
  void anEmptyPrefixIsTold() {
    assertEquals(
        " (bucket reached, prefix empty)", buckets().whyEmpty("s3test://bucket/pile/*.zst"));
  }

  @Test
  void aPrefixWithOtherFilesIsTold() {
    assertEquals(
        " (bucket reached, nothing under s3test://bucket/kept matches)",
        buckets().whyEmpty("s3test://bucket/kept/*/[ab].zst"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKIAKEY:sEcReT@bucket/x",
        "s3a://AKIAKEY:sEc/ReT@bucket/x",
        "s3a://AKIAKEY:123/sEcReT@bucket/x",
        "s3a://AKIAKEY:sEc+/R/e=T@bucket/x",
        "s3a://AKIAKEY:sEc@ReT@bucket/x"
      })
  void credentialsInAPathAreRefusedAndNotRepeated(String path) {
    var failure = assertThrows(ConfigException.class, () -> buckets().qualify(path));

    assertTrue(
        failure.getMessage().startsWith("s3a://<redacted>@bucket/x: a path with credentials in it"),
        failure.getMessage());
    assertFalse(failure.getMessage().contains("ReT"));
    assertFalse(failure.getMessage().contains("AKIAKEY"));
  }

  @Test
  void aLocalFileThatIsDeniedHasNothingToDoWithKeys() {
    ClusterException failure =
        StorageErrors.unreachable("list", "file:/data/x", new AccessDeniedException("/data/x"));

    assertEquals(
        "cannot list file:/data/x: permission denied to user " + System.getProperty("user.name"),
        failure.getMessage());
  }
}
