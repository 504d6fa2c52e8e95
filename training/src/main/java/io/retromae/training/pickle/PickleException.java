package io.retromae.training.pickle;

/** A pickle that is damaged, or not one of tensors; the message goes on behind the file's name. */
final class PickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PickleException(String message) {
    super(message);
  }

  PickleException(String message, Throwable cause) {
    super(message, cause);
  }
}
