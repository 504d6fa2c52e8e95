package io.retromae.core.page;

/**
 * Something that happened, marked in all charts of a page.
 *
 * @param x at which step
 * @param seconds when, since the beginning; NaN: when its step was done
 * @param kind colour and form
 * @param text what it was
 */
public record Mark(double x, double seconds, Kind kind, String text) {
  /** How much it matters. */
  public enum Kind {
    /** A tick at the bottom. */
    QUIET,
    /** A line. */
    NOTE,
    /** A line in the colour of trouble. */
    BAD
  }
}
