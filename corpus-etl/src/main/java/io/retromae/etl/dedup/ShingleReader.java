package io.retromae.etl.dedup;

import java.io.Serializable;
import java.util.Iterator;
import org.roaringbitmap.RoaringBitmap;

/** Reads documents back to compare them exactly; runs in tasks. */
@FunctionalInterface
public interface ShingleReader extends Serializable {
  /**
   * The shingles of some documents of a unit.
   *
   * @param rows of the unit's cleaned file
   * @return each of them once, in any order; closes what it opened when exhausted
   */
  Iterator<Candidate> read(int unit, RoaringBitmap rows);

  /**
   * A document that may have a near duplicate.
   *
   * @param place its unit and row
   * @param shingles of its text
   */
  record Candidate(long place, ShingleSet shingles) {}
}
