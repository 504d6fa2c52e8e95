package io.retromae.training.connect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a process of an attempt proves to another, and knows of itself.
 *
 * @param key shared by all processes of the attempt, and by nobody else
 * @param jobId names the run
 * @param attempt number of this start of the run
 * @param rank this process; {@link #DRIVER} for the driver
 * @param worldSize number of ranks
 * @param encrypted whether what follows the handshake is encrypted; both ends must agree
 */
public record Membership(
    byte[] key, String jobId, long attempt, int rank, int worldSize, boolean encrypted) {
  /** Stands for a rank where the driver is meant. */
  public static final int DRIVER = -1;

  /** Goes into every proof: builds that speak otherwise refuse each other. */
  private static final int VERSION = 3;

  /** What a proof is bound to, beside the nonces. */
  byte[] binding(int connector, int acceptor, int kind, int stream) {
    byte[] job = jobId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(job.length + 9 * Integer.BYTES)
        .putInt(VERSION)
        .putLong(attempt)
        .putInt(connector)
        .putInt(acceptor)
        .putInt(worldSize)
        .putInt(kind)
        .putInt(stream)
        .putInt(encrypted ? 1 : 0)
        .put(job)
        .array();
  }

  /** A number that differs between attempts. */
  public long hash() {
    return ByteBuffer.wrap(KeyDerivation.hmac(key, binding(0, 0, 0, 0))).getLong();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Membership[job=%s, attempt=%d, rank=%d of %d, encrypted=%s]"
        .formatted(jobId, attempt, rank, worldSize, encrypted);
  }
}
