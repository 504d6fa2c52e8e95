package io.retromae.core.failure;

/** Data that was refused: the message names the file, the place in it and what was found there. */
public final class CorruptDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Refuses data for the reason in the message. */
  public CorruptDataException(String message) {
    super(message);
  }

  /** Refuses data for the reason in the message, found through {@code cause}. */
  public CorruptDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
