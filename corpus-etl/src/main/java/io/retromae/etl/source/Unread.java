package io.retromae.etl.source;

import java.util.Locale;

/**
 * What lies below an input's path and is not read.
 *
 * @param path qualified
 * @param reason why
 */
public record Unread(String path, Reason reason) {
  /** Why something is not read. */
  public enum Reason {
    /** Its name begins with {@code _} or {@code .}. */
    HIDDEN,
    /** A folder above it, below the input's path, has such a name. */
    IN_HIDDEN_FOLDER,
    /** It lies in a sub-folder, and {@code files.recursive} is false. */
    IN_SUB_FOLDER,
    /** A read-me, licence or checksum, by its name. */
    DOCUMENTATION,
    /** A pipe, a socket or a device. */
    NO_REGULAR_FILE,
    /** Another input has it already, with the same columns. */
    IN_ANOTHER_INPUT,
    /** A link to what is read at another place. */
    LINK_TO_ANOTHER;

    /** As people say it. */
    public String words() {
      return toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** For people: the path and why. */
  public String describe() {
    return path + ": " + reason.words();
  }
}
