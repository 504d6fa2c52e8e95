package io.retromae.etl.source;

import java.util.Optional;

/**
 * What a record says.
 *
 * @param set the name of the set it belongs to, if it says so
 * @param title empty if none
 * @param text the text itself, not blank
 * @param repairs what was tolerated
 */
record Fields(Optional<String> set, String title, String text, Repairs repairs) {

  /**
   * What was tolerated.
   *
   * @param duplicateKeys keys given again; the last one counts
   * @param replacedUtf8 malformed sequences that became U+FFFD
   * @param rawControls 1 if control characters stood unescaped
   * @param surrogates whether lone surrogates are possible
   */
  record Repairs(int duplicateKeys, int replacedUtf8, int rawControls, boolean surrogates) {}

  /** A record that cannot be a document. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Quarantined.Reason reason;

    Refused(Quarantined.Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    Quarantined.Reason reason() {
      return reason;
    }
  }
}
