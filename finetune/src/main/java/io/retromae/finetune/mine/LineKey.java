package io.retromae.finetune.mine;

/**
 * Where a text goes, in a number that sorts as lines are written: file, line, place in the line.
 * Place 0 is what was found for the line's query, the others are its negatives.
 */
final class LineKey {
  private static final int PLACE_BITS = 12;
  private static final int LINE_BITS = 32;

  /** Most files of pairs. */
  static final int MOST_FILES = 1 << 63 - PLACE_BITS - LINE_BITS;

  private LineKey() {}

  /** Of a line. */
  static long of(int file, int line) {
    return ((long) file << LINE_BITS | line) << PLACE_BITS;
  }

  /** The same for a place in it. */
  static long at(long line, int place) {
    return line + place;
  }

  static int file(long key) {
    return (int) (key >>> PLACE_BITS + LINE_BITS);
  }

  /** The line, without its place. */
  static long line(long key) {
    return key >>> PLACE_BITS << PLACE_BITS;
  }
}
