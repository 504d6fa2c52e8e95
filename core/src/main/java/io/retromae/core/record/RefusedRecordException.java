package io.retromae.core.record;

import com.fasterxml.jackson.databind.JsonNode;

/** A record that cannot be used, while those behind it may be. */
public final class RefusedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 60;

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

  /**
   * Refuses a record for one of its values.
   *
   * @param name of the field
   * @param rule what it must be: {@code a text}
   */
  public static RefusedRecordException wrongType(String name, String rule, JsonNode value) {
    return new RefusedRecordException(
        "wrong_type", "'%s' must be %s, is %s".formatted(name, rule, shown(value)));
  }

  /** A value as messages show it: cut if it is long. */
  public static String shown(JsonNode value) {
    String shown = value.toString();
    return shown.length() > MOST_SHOWN ? shown.substring(0, MOST_SHOWN) + "..." : shown;
  }

  /** As reports count it. */
  public String reason() {
    return reason;
  }
}
