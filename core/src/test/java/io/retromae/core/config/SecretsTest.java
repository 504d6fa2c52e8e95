package io.retromae.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "s3a://ID:abc/def@bucket/x, s3a://<redacted>@bucket/x",
    "s3a://ID:abc/d/e+f=@bucket/x/*.zst, s3a://<redacted>@bucket/x/*.zst",
    "s3a://ID:123/def@bucket/x, s3a://<redacted>@bucket/x",
    "s3a://ID:a@b/c@bucket/x, s3a://<redacted>@bucket/x",
    "'s3a://I:a/b@c/x,s3a://J:d/e@f/y', 's3a://<redacted>@c/x,s3a://<redacted>@f/y'",
    "https://me:pass/word@host/x, https://<redacted>@host/x",
    "'{\"a\":\"s3a://I:a/b@c/x\"} me@here', '{\"a\":\"s3a://<redacted>@c/x\"} me@here'",
    "s3a://bucket/mail@2024:03/x@y, s3a://bucket/mail@2024:03/x@y",
    "abfss://data@me.dfs.core.windows.net/a:b, abfss://data@me.dfs.core.windows.net/a:b",
    "https://host:8080/package@1.2, https://host:8080/package@1.2",
    "s3a:/ID:abc/def@bucket/x, s3a:/<redacted>@bucket/x",
    "s3a:///ID:abc/def@bucket/x, s3a:///<redacted>@bucket/x",
    "file:/a:b@c/x, file:/a:b@c/x",
    "s3a://ID:ab:/c/d@bucket/x, s3a://<redacted>@bucket/x",
    "s3a://user@bucket/x, s3a://user@bucket/x"
  })
  void aKeyMayHaveSlashesAndAtSigns(String text, String shown) {
    assertEquals(shown, Secrets.shown(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.",
        "a=",
        "a://",
        "://",
        "=",
        "@",
        ":",
        "a:",
        "a@",
        "s3a://a:/",
        "\"=",
        ":/",
        "s3a:/",
        "a:/",
        "-x.secret="
      })
  void timeIsLinear(String piece) {
    cpuSeconds(piece, 100_000); // warms up

    double small = cpuSeconds(piece, 100_000);
    double large = cpuSeconds(piece, 1_000_000);

    assertTrue(large <= 15 * Math.max(small, 0.02), "%.3f s, %.3f s".formatted(small, large));
  }

  private static double cpuSeconds(String piece, int length) {
    String text = piece.repeat(length / piece.length());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    Secrets.shown(text);
    return (threads.getCurrentThreadCpuTime() - begin) / 1e9;
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
