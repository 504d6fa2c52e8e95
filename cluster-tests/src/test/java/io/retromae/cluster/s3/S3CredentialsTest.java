package io.retromae.cluster.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.cluster.FolderSequences;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The usual ways to give credentials, with a server that checks signatures. (Variables of the
 * environment: {@link S3JourneyTest}.) Each has a bucket of its own, as Hadoop keeps one client for
 * a bucket.
 */
class S3CredentialsTest {
  private static final byte[] CONTENT = {1, 2, 3};

  private static S3Server server;
  @TempDir Path folder;
  private String bucket;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @BeforeEach
  void fillBucket(TestInfo test) {
    bucket = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    server.createBucket(bucket);
    server.put(bucket, "folder/object", CONTENT);
  }

  private void assertOpens(Configuration configuration) throws IOException {
    Storage storage = new Storage(configuration);
    String object = "s3a://" + bucket + "/folder/object";
    assertEquals(object, storage.list("s3a://" + bucket + "/*/obj*").get(0).path());
    assertArrayEquals(CONTENT, storage.read(object));
  }

  private static void set(Configuration configuration, String prefix) {
    configuration.set(prefix + "access.key", S3Server.ACCESS_KEY);
    configuration.set(prefix + "secret.key", S3Server.SECRET_KEY);
  }

  @Test
  void keysInSettings() throws Exception {
    Configuration configuration = server.anonymous();
    set(configuration, "fs.s3a.");
    assertOpens(configuration);
  }

  @Test
  void keysOfABucket() throws Exception {
    Configuration configuration = server.anonymous();
    configuration.set("fs.s3a.access.key", "another");
    configuration.set("fs.s3a.secret.key", "bucket's");
    set(configuration, "fs.s3a.bucket." + bucket + ".");
    assertOpens(configuration);
  }

  @Test
  void aSessionToken() throws Exception {
    Configuration configuration = server.anonymous();
    set(configuration, "fs.s3a.");
    configuration.set("fs.s3a.session.token", "of-an-hour");
    server.front().forget();

    assertOpens(configuration);

    assertTrue(
        server.front().requests().stream()
            .allMatch(r -> Headers.value(r.head(), "x-amz-security-token").isPresent()));
  }

  @Test
  void noCredentialsForAPublicBucket() throws Exception {
    server.makePublic(bucket, "folder/object");
    Configuration configuration = server.anonymous();
    configuration.set(
        "fs.s3a.aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider");
    assertOpens(configuration);
  }

  @Test
  void aCredentialFile() throws Exception {
    Configuration configuration = server.anonymous();
    configuration.set(
        "hadoop.security.credential.provider.path",
        "localjceks://file" + folder.resolve("s3.jceks"));
    CredentialProvider file = CredentialProviderFactory.getProviders(configuration).get(0);
    file.createCredentialEntry("fs.s3a.access.key", S3Server.ACCESS_KEY.toCharArray());
    file.createCredentialEntry("fs.s3a.secret.key", S3Server.SECRET_KEY.toCharArray());
    file.flush();
    assertOpens(configuration);
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = "SPARK_SCALA_VERSION",
      matches = "2.13",
      disabledReason = "Hadoop 3.3.4 has no such provider")
  void aProfile() throws Exception {
    Path profiles =
        Files.writeString(
            folder.resolve("credentials"),
            "[corpora]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                .formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY));
    Configuration configuration = server.anonymous();
    configuration.set(
        "fs.s3a.aws.credentials.provider",
        "org.apache.hadoop.fs.s3a.auth.ProfileAWSCredentialsProvider");
    configuration.set("fs.s3a.auth.profile.file", profiles.toString());
    configuration.set("fs.s3a.auth.profile.name", "corpora");
    assertOpens(configuration);
  }

  /** Needs a server, no kind of credentials in particular. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingOutsideOfAFolderIsTouched(long seed) throws Exception {
    Storage storage = new Storage(server.configuration());
    new FolderSequences(storage, "s3a://" + bucket + "/" + seed, seed).run(15);
  }

  @Test
  void wrongKeysAreRefusedWithTheBucketAndWithoutTheKey() throws Exception {
    Configuration configuration = server.anonymous();
    configuration.set("fs.s3a.access.key", S3Server.ACCESS_KEY);
    configuration.set("fs.s3a.secret.key", "not-the-one-of-this-server");
    Storage storage = new Storage(configuration);

    for (Executable access :
        List.<Executable>of(
            () -> storage.list("s3a://" + bucket + "/folder/*"),
            () -> storage.read("s3a://" + bucket + "/folder/object"),
            () -> storage.publish("s3a://" + bucket + "/new", CONTENT))) {
      String message = assertThrows(ClusterException.class, access).getMessage();
      assertTrue(message.startsWith("s3a://" + bucket + ": access denied"), message);
      assertTrue(message.contains("fs.s3a."), message);
      assertFalse(message.contains("not-the-one-of-this-server"), message);
    }
  }
}
