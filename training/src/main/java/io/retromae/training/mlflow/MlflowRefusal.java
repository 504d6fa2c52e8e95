package io.retromae.training.mlflow;

import java.io.IOException;

/** The server understood a request and refused it: asking again would change nothing. */
final class MlflowRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * A refusal.
   *
   * @param code as MLflow names it: {@code RESOURCE_DOES_NOT_EXIST}
   */
  MlflowRefusal(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Whether what was asked for is not there. */
  boolean isMissing() {
    return code.equals("RESOURCE_DOES_NOT_EXIST");
  }

  /** Whether what was to be made is there. */
  boolean isThere() {
    return code.equals("RESOURCE_ALREADY_EXISTS");
  }
}
