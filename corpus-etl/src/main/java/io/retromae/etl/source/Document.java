package io.retromae.etl.source;

import io.retromae.core.hash.Sha256;

/**
 * One text of a corpus.
 *
 * @param id 32 hexadecimal digits: first half of SHA-256(name of the file in the input, 0,
 *     decompressed offset of the record's first byte); for Parquet the row number. So it does not
 *     depend on how a file is split
 * @param source corpus and set, such as {@code pile/Wikipedia (en)}
 * @param title that the record has, empty if none; the text begins with it
 * @param text as published, behind its title
 */
public record Document(String id, String source, String title, String text) {
  private static final int ID_DIGITS = 32;

  /** The id of the record at a place in a file. */
  public static String id(String name, long place) {
    return Sha256.of(name + '\0' + place).substring(0, ID_DIGITS);
  }
}
