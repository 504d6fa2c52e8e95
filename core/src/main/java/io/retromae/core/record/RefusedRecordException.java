package io.retromae.core.record;

/** A record that cannot be used, while those behind it may be. */
public final class RefusedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * Refuses a record.
   *
   * @param reason as reports count it, such as {@code wrong_type}
   * @param message for people, without the place
   */
  public RefusedRecordException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** As reports count it. */
  public String reason() {
    return reason;
  }
}
