package io.retromae.etl.dedup;

import java.io.Serializable;

/**
 * What deduplication knows of a cleaned document.
 *
 * @param place its {@link #place unit and row}
 * @param idHigh upper 64 bits of its document id
 * @param idLow lower 64 bits
 * @param length of its text; the longest of similar texts is kept
 * @param fingerprintHigh upper 64 bits of its {@link Fingerprint}
 * @param fingerprintLow lower 64 bits
 * @param bands its {@link MinHash} signature; empty if it is too short for one
 */
public record DocumentRow(
    long place,
    long idHigh,
    long idLow,
    int length,
    long fingerprintHigh,
    long fingerprintLow,
    long[] bands)
    implements Serializable {

  /** Unit and row in one number. */
  public static long place(int unit, int row) {
    return (long) unit << 32 | row;
  }

  /** The unit of a place. */
  public static int unit(long place) {
    return (int) (place >>> 32);
  }

  /** The row of a place. */
  public static int row(long place) {
    return (int) place;
  }
}
