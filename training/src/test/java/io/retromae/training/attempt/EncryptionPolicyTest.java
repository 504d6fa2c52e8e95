package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.ClusterSettings;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionPolicyTest {
  private static ClusterSettings cluster(String... settings) {
    return ConfigLoader.load(ClusterSettings.class, List.of(), List.of(settings)).value();
  }

  private static SparkConf spark(String... keys) {
    SparkConf conf = new SparkConf(false);
    Arrays.stream(keys).forEach(key -> conf.set(key, "true"));
    return conf;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.network.crypto.enabled",
        "spark.authenticate.enableSaslEncryption",
        "spark.ssl.rpc.enabled",
        "spark.ssl.enabled"
      })
  void byDefaultConnectionsAreEncryptedWhereSparksAre(String key) {
    assertTrue(EncryptionPolicy.encrypts(cluster(), spark(key)));
    assertFalse(EncryptionPolicy.encrypts(cluster(), spark().set(key, "false")));
  }

  @Test
  void withoutADemandOfSparksTheSettingDecides() {
    assertFalse(EncryptionPolicy.encrypts(cluster(), spark("spark.authenticate")));
    assertFalse(EncryptionPolicy.encrypts(cluster("encryption=none"), spark()));
    assertTrue(EncryptionPolicy.encrypts(cluster("encryption=aes_gcm"), spark()));
  }

  @Test
  void plainConnectionsWhereSparkDemandsEncryptionAreRefusedNamingBothAndTheWaysOut() {
    SparkConf conf = spark("spark.network.crypto.enabled");

    var e =
        assertThrows(
            ConfigException.class,
            () -> EncryptionPolicy.encrypts(cluster("encryption=none"), conf));

    assertEquals(
        "cluster.encryption = none, but spark.network.crypto.enabled = true: Spark demands"
            + " encryption; set cluster.encryption to auto or aes_gcm, or"
            + " spark.network.crypto.enabled to false",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "aes_gcm, spark.authenticate, cluster.encryption = aes_gcm",
    "auto, spark.network.crypto.enabled, spark.network.crypto.enabled = true"
  })
  void ncclWhereTrafficIsToBeEncryptedIsRefused(String encryption, String key, String named) {
    ClusterSettings cluster = cluster("collective=nccl", "encryption=" + encryption);

    var e =
        assertThrows(ConfigException.class, () -> EncryptionPolicy.encrypts(cluster, spark(key)));

    assertTrue(e.getMessage().contains("cluster.collective = nccl"), e.getMessage());
    assertTrue(e.getMessage().contains(named), e.getMessage());
    assertTrue(e.getMessage().contains("use cluster.collective: tcp"), e.getMessage());
  }

  @Test
  void ncclInClearIsAllowed() {
    assertFalse(EncryptionPolicy.encrypts(cluster("collective=nccl"), spark()));
  }
}
