package io.retromae.training.report;

/**
 * One thing that was looked at to see whether a run goes well.
 *
 * @param about a word for programs
 * @param level how it is
 * @param text a sentence for people
 */
record Check(String about, Level level, String text) {
  /** How good that is. */
  enum Level {
    GOOD,
    /** Worth a look. */
    NOTE,
    BAD,
    /** Nothing tells yet. */
    UNKNOWN
  }
}
