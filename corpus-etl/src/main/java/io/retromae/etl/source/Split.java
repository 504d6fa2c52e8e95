package io.retromae.etl.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a file that one unit reads. A record belongs to exactly one split, and what all
 * splits of a file find is what one reading of the whole finds.
 *
 * @param shape how records are told apart
 * @param piece file that holds a copy of these bytes, empty for the file itself
 * @param position stored byte to begin at: 0 or, in zstd, where a frame begins
 * @param from decompressed offset of that byte; the first row group in Parquet
 * @param to lines: lines that begin at or before it belong to this split; arrays: where the next
 *     split begins; Parquet: the row group behind the last
 * @param ending error that the file has where a piece ends, at most one
 */
public record Split(
    Shape shape, String piece, long position, long from, long to, List<FileError> ending)
    implements Serializable {

  /** How records are told apart. */
  public enum Shape {
    /** The file is looked at to find out. */
    WHOLE,
    /** Line feeds. */
    LINES,
    /** Brackets; a split begins between two elements. */
    ARRAY,
    /** Row groups of a Parquet file. */
    ROW_GROUPS,
    /** Nothing is read: an earlier split of the file has read all that can be trusted. */
    NOTHING
  }

  /** All of a file. */
  public static final Split WHOLE = new Split(Shape.WHOLE, "", 0, 0, Long.MAX_VALUE, List.of());

  /** Nothing of a file. */
  public static final Split NOTHING = new Split(Shape.NOTHING, "", 0, 0, 0, List.of());

  /** Checks and copies. */
  public Split {
    ending = List.copyOf(ending);
  }

  /** Part of an uncompressed file, or a run of frames. */
  public static Split range(Shape shape, long position, long from, long to) {
    return new Split(shape, "", position, from, to, List.of());
  }

  /**
   * Splits that lie one behind the other; the last one reaches to the file's end.
   *
   * @param positions stored byte that each begins at
   * @param offsets what each begins at, see {@link #from}
   */
  public static List<Split> ranges(Shape shape, List<Long> positions, List<Long> offsets) {
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < offsets.size(); i++) {
      long to = i + 1 < offsets.size() ? offsets.get(i + 1) : Long.MAX_VALUE;
      splits.add(range(shape, positions.get(i), offsets.get(i), to));
    }
    return splits;
  }

  /** The same split of the same bytes, whose copy lies elsewhere. */
  public Split withPiece(String other) {
    return new Split(shape, other, position, from, to, ending);
  }

  /** Same file, same text: same records. */
  public String identity() {
    return "%s %d-%d".formatted(shape, from, to);
  }

  /** Whether it begins somewhere inside a line. */
  public boolean beginsInsideLine() {
    return shape == Shape.LINES && piece.isEmpty() && position > 0;
  }

  /** Whether its first byte is the file's. */
  public boolean beginsFile() {
    return from == 0;
  }
}
