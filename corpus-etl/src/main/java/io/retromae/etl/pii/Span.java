package io.retromae.etl.pii;

/** A stretch of a text in one long, so that finding one makes no object. */
final class Span {
  /** No stretch. */
  static final long NONE = -1;

  private Span() {}

  /** From the first char to behind the last one; {@code end} of -1 gives {@link #NONE}. */
  static long of(int start, int end) {
    return end < 0 ? NONE : (long) start << 32 | end;
  }

  /** Index of the first char. */
  static int start(long span) {
    return (int) (span >>> 32);
  }

  /** Index behind the last char. */
  static int end(long span) {
    return (int) span;
  }
}
