package io.retromae.etl.decontaminate;

/** A record of a benchmark that gives no text. */
final class RefusedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  /** No known layout has these fields. */
  static final String UNKNOWN_LAYOUT = "unknown_layout";

  private final String reason;

  RefusedRecordException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** As reports count it. */
  String reason() {
    return reason;
  }
}
