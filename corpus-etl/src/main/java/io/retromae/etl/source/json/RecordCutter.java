package io.retromae.etl.source.json;

import java.io.IOException;

/** Finds where records begin and end. */
interface RecordCutter {
  /**
   * Goes to where the next record begins.
   *
   * @return false if there is none
   */
  boolean find() throws IOException;

  /** Cuts the record that begins here: it lies between the window's mark and end. */
  void cut() throws IOException;

  /** Whether all records have been found, so that an error behind them breaks none. */
  boolean finished();
}
