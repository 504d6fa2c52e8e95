package io.retromae.training.connect;

/**
 * One connection's place among those that a process has.
 *
 * @param peer rank at the other end; {@link Membership#DRIVER} for the driver
 * @param kind what it carries
 * @param stream tells connections of one kind apart, from 0
 */
public record ConnectionId(int peer, Kind kind, int stream) {
  /** What a connection carries; the place is the number on the wire. */
  public enum Kind {
    /** Vectors and messages of ranks. */
    DATA,

    /** Signs of life and the cause of an abort. */
    CONTROL,

    /** A worker's reports to the driver. */
    PROGRESS
  }
}
