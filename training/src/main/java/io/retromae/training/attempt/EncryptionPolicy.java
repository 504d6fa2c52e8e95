package io.retromae.training.attempt;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.settings.ClusterSettings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether our own connections are encrypted: at least where Spark encrypts its own. */
public final class EncryptionPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(EncryptionPolicy.class);

  /** Each says that traffic of this application is to be encrypted; ssl.rpc from Spark 4 on. */
  private static final List<String> DEMANDS =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.rpc.enabled",
          "spark.ssl.enabled");

  private EncryptionPolicy() {}

  /**
   * Decides, on the driver, before anything starts.
   *
   * @throws ConfigException if settings contradict each other
   */
  public static boolean encrypts(ClusterSettings cluster, SparkConf conf) {
    Optional<String> demand =
        DEMANDS.stream().filter(key -> conf.getBoolean(key, false)).findFirst();
    boolean encrypts =
        switch (cluster.encryption()) {
          case AES_GCM -> true;
          case AUTO -> demand.isPresent();
          case NONE -> refuseIf(demand);
        };
    if (encrypts && cluster.collective() == ClusterSettings.Backend.NCCL) {
      throw new ConfigException(
          ("cluster.collective = nccl: NCCL's own traffic cannot be encrypted, but %s; use"
                  + " cluster.collective: tcp, or turn encryption off there if NCCL's network is"
                  + " trusted")
              .formatted(demand.map(k -> k + " = true").orElse("cluster.encryption = aes_gcm")));
    }
    if (encrypts && keyTravelsInClear(conf)) {
      LOG.warn(
          "event=weak_key the key of cluster.encryption travels in clear inside the task;"
              + " set spark.authenticate=true");
    }
    return encrypts;
  }

  private static boolean refuseIf(Optional<String> demand) {
    demand.ifPresent(
        key -> {
          throw new ConfigException(
              ("cluster.encryption = none, but %s = true: Spark demands encryption; set"
                      + " cluster.encryption to auto or aes_gcm, or %s to false")
                  .formatted(key, key));
        });
    return false;
  }

  private static boolean keyTravelsInClear(SparkConf conf) {
    boolean oneProcess = conf.get("spark.master", "").matches("local(\\[.*])?");
    return !oneProcess
        && !conf.getBoolean("spark.authenticate", false)
        && !conf.getBoolean("spark.ssl.rpc.enabled", false);
  }
}
