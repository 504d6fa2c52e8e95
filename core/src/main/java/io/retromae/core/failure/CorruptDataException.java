package io.retromae.core.failure;

import java.util.List;

/** Data that was refused: the message names the file, the place in it and what was found there. */
public final class CorruptDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /** Refuses data for the reason in the message. */
  public CorruptDataException(String message) {
    super(message);
    this.problems = List.of(message);
  }

  /**
   * Refuses data for several reasons.
   *
   * @param problems at least one message, each in one line
   */
  public CorruptDataException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** Refuses data for the reason in the message, found through {@code cause}. */
  public CorruptDataException(String message, Throwable cause) {
    super(message, cause);
    this.problems = List.of(message);
  }

  /** The reasons, one message each. */
  public List<String> problems() {
    return problems;
  }
}
