package io.retromae.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.hadoop.fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.access.key",
        "fs.s3a.bucket.b.access.key",
        "spark.hadoop.fs.s3a.session.token",
        "spark.kubernetes.authenticate.submission.oauthToken",
        "spark.authenticate.secret",
        "spark.ssl.keyPassword",
        "spark.executorEnv.AWS_SECRET_ACCESS_KEY",
        "logging.api_token",
        "aws_credential",
        "spark.hadoop.fs.azure.account.key.me.blob.core.windows.net",
        "spark.hadoop.fs.azure.sas.fixed.token.me.dfs.core.windows.net",
        "spark.hadoop.fs.s3a.encryption.key"
      })
  void namesTellSecrets(String name) {
    assertTrue(Secrets.named(name), name);
    assertEquals("<redacted>", Secrets.shown(name, "hush"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.max_seq_length",
        "filters.min_tokens",
        "objective.loss_reduction",
        "spark.hadoop.fs.s3a.aws.credentials.provider",
        "special_tokens",
        "optimizer.adam_beta1"
      })
  void otherNamesDoNot(String name) {
    assertFalse(Secrets.named(name), name);
    assertEquals("token", Secrets.shown(name, "token"));
  }

  @Test
  void passwordsInUrlsAreLeftOut() {
    assertEquals(
        "cannot read s3a://<redacted>@bucket/x, but hdfs://host:8020/y",
        Secrets.shown("cannot read s3a://me:hush@bucket/x, but hdfs://host:8020/y"));
  }

  @Test
  void secretsOfPairsInsideATextAreLeftOut() {
    assertEquals(
        "-Djavax.net.ssl.trustStorePassword=<redacted> -Dx=\"a b\" rows=3",
        Secrets.shown("-Djavax.net.ssl.trustStorePassword=hush -Dx=\"a b\" rows=3"));
    assertEquals(
        "unknown: 'fs.s3a.secret.key=<redacted>'",
        Secrets.shown("unknown: 'fs.s3a.secret.key=h$1'"));
  }

  @Test
  void aResolvedConfigurationShowsNone() {
    var resolved =
        new Resolved<>(
            "value",
            List.of(
                new ResolvedSetting("logging.password", "hush", "--set"),
                new ResolvedSetting("corpus", "s3a://me:hush@b/c", "--set")));

    assertFalse(resolved.yaml().contains("hush"), resolved.yaml());
    assertFalse(resolved.listing().contains("hush"), resolved.listing());
  }
}
