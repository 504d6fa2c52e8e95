package io.retromae.training.worker;

import io.retromae.training.connect.KeyDerivation;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkEnv;

/**
 * The key of an attempt, which driver and workers come to each by itself. With {@code
 * spark.authenticate} it comes from Spark's secret, which Spark hands to executors on ways of its
 * own; what the driver ships in the task then only makes attempts differ. Without, it comes from
 * what is shipped, and who can read the task can read the key.
 */
public final class AttemptKey {
  private AttemptKey() {}

  /**
   * Derives the key; call it on the driver or in a task.
   *
   * @param shipped random bytes that the driver has made for the attempt
   * @param job names the run
   * @param attempt number of the attempt
   */
  public static byte[] derive(byte[] shipped, String job, long attempt) {
    var security = SparkEnv.get().securityManager();
    return security.isAuthenticationEnabled()
        ? of(security.getSecretKey().getBytes(StandardCharsets.UTF_8), shipped, job, attempt)
        : of(shipped, shipped, job, attempt);
  }

  /** With this secret of Spark's. */
  public static byte[] of(byte[] secret, byte[] shipped, String job, long attempt) {
    return KeyDerivation.derive(secret, shipped, job, attempt);
  }
}
