package io.retromae.training.worker;

import java.util.function.BooleanSupplier;
import org.apache.spark.SparkEnv;

/**
 * Notices, once, that Spark is taking this task's executor away: a spot instance's notice, a
 * cluster that shrinks. Spark tells tasks nothing; but with {@code spark.decommission.enabled} and
 * {@code spark.storage.decommission.enabled} the executor's block manager begins to move its blocks
 * away. One thread.
 */
final class Decommission {
  private final BooleanSupplier begun;
  private boolean seen;

  Decommission() {
    this(() -> SparkEnv.get().blockManager().decommissioner().isDefined());
  }

  Decommission(BooleanSupplier begun) {
    this.begun = begun;
  }

  /** Whether it has begun since the last time. */
  boolean noticed() {
    if (seen || !begun.getAsBoolean()) {
      return false;
    }
    seen = true;
    return true;
  }
}
