package io.retromae.etl.source;

import java.io.Serializable;
import java.util.List;

/**
 * Why a file could not be read to its end.
 *
 * @param kind one of the constants
 * @param offset decompressed bytes before it; rows in Parquet
 * @param message what exactly
 */
public record FileError(String kind, long offset, String message) implements Serializable {
  /** The stream ends too early. */
  public static final String TRUNCATED = "truncated_stream";

  /** The stream cannot be decompressed or decoded. */
  public static final String CORRUPT = "corrupt_stream";

  /** The file does not begin as its name promises. */
  public static final String BAD_MAGIC = "bad_magic";

  /** The file is of a kind that is not read. */
  public static final String UNSUPPORTED = "unsupported";

  /** Far more comes out of the file than was stored. */
  public static final String BOMB = "decompression_bomb";

  /** A Parquet file without the columns asked for. */
  public static final String COLUMNS = "other_columns";

  /** The text is encoded in UTF-16 or UTF-32. */
  public static final String NOT_UTF8 = "not_utf8";

  /** A split does not end where the next one begins: the file has to be read whole. */
  public static final String SPLIT_MISMATCH = "split_mismatch";

  /**
   * One sentence for the person who has to mend it.
   *
   * @param path of the file
   * @param documents whole records that were read before
   */
  public String describe(String path, long documents) {
    boolean whole = List.of(UNSUPPORTED, BAD_MAGIC, COLUMNS, NOT_UTF8).contains(kind);
    return whole
        ? "%s: %s (%s)".formatted(path, message, kind)
        : "%s: %s at byte %,d (%s; %,d whole records before it in this part of the file); on_bad_file: strict refuses the file, 'salvage' keeps them"
            .formatted(path, message, offset, kind, documents);
  }
}
