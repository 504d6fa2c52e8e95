package io.retromae.etl.dedup;

import java.io.Serializable;
import org.roaringbitmap.RoaringBitmap;

/** Stores which documents of a unit are dropped; runs in tasks, and again if a task is retried. */
@FunctionalInterface
public interface DropWriter extends Serializable {
  /**
   * Called once for every unit.
   *
   * @param exact rows whose text another document has
   * @param near rows similar to a longer document, none of {@code exact}
   */
  void write(int unit, RoaringBitmap exact, RoaringBitmap near);
}
