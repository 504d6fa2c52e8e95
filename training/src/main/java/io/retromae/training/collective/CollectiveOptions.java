package io.retromae.training.collective;

import java.time.Duration;

/**
 * How ranks talk.
 *
 * @param timeout silence of a peer's process after which it counts as lost; also the limit for
 *     joining
 * @param stall time after which a peer that lives but does not come to an operation counts as stuck
 * @param wire type of gradients on the way; sums are kept in float32, parameters never rounded
 * @param streams data connections to each peer, with a thread each that sends and one that receives
 * @param encrypted whether all bytes after the handshake are encrypted and authenticated (AES-GCM)
 */
public record CollectiveOptions(
    Duration timeout, Duration stall, WireType wire, int streams, boolean encrypted) {

  /** float32, one stream, not encrypted. */
  public static CollectiveOptions plain(Duration timeout) {
    return new CollectiveOptions(timeout, timeout.multipliedBy(15), WireType.FLOAT32, 1, false);
  }

  /** The type of values on the way. */
  public enum WireType {
    /** As they are: equal bits for any number of ranks. */
    FLOAT32,

    /** Rounded to the upper 16 bits, half the bytes: equal bits for a fixed number of ranks. */
    BFLOAT16
  }
}
