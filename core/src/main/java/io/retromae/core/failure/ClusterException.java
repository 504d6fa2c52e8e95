package io.retromae.core.failure;

/** A worker, the network or the storage failed: the message names rank, host or address. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Reports the failure in the message. */
  public ClusterException(String message) {
    super(message);
  }

  /** Reports the failure in the message, caused by {@code cause}. */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
