package io.retromae.etl.source;

import java.util.List;
import java.util.Optional;

/**
 * What a record says.
 *
 * @param set the name of the set it belongs to, if it says so
 * @param title empty if none
 * @param text the text itself, not blank
 * @param repairs what was tolerated
 */
public record Fields(Optional<String> set, String title, String text, Repairs repairs) {

  /**
   * What was tolerated.
   *
   * @param duplicateKeys keys given again; the last one counts
   * @param replacedUtf8 malformed sequences that became U+FFFD
   * @param rawControls 1 if control characters stood unescaped
   * @param nonNumbers 1 if a number is NaN or infinite, which JSON does not know
   * @param setNoText 1 if an object or a list stands where the set's name should
   * @param surrogates whether lone surrogates are possible
   */
  public record Repairs(
      int duplicateKeys,
      int replacedUtf8,
      int rawControls,
      int nonNumbers,
      int setNoText,
      boolean surrogates) {}

  /** A record that cannot be a document. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Quarantined.Reason reason;
    private final transient List<String> keys;

    /** A refusal of a record whose keys do not matter. */
    public Refused(Quarantined.Reason reason, String message) {
      this(reason, message, List.of());
    }

    /**
     * A refusal.
     *
     * @param keys of the record, if the one that matters is not among them
     */
    public Refused(Quarantined.Reason reason, String message, List<String> keys) {
      super(message);
      this.reason = reason;
      this.keys = List.copyOf(keys);
    }

    /** Why. */
    public Quarantined.Reason reason() {
      return reason;
    }

    /** Keys of the record, if the one that matters is not among them. */
    public List<String> keys() {
      return keys;
    }
  }
}
