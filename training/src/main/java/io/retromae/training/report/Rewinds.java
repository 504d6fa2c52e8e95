package io.retromae.training.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a run went back: it does some steps again, and what was said of them before is void. Needs
 * memory for each time that it went back, not for its rows.
 */
final class Rewinds {
  /** Rows before this one count only up to its step; steps rise along the list. */
  private record Rewind(long row, long step) {}

  private final List<Rewind> rewinds = new ArrayList<>();
  private long newest = Long.MIN_VALUE;
  private int next;

  /** Looks at a row; to be called for each row, in order, before the first question. */
  void see(long row, long step) {
    if (step < newest) {
      while (!rewinds.isEmpty() && rewinds.get(rewinds.size() - 1).step() >= step) {
        rewinds.remove(rewinds.size() - 1);
      }
      rewinds.add(new Rewind(row, step));
    }
    newest = step;
  }

  /** Whether a row is void, because a later one has a lower step; to be asked in order. */
  boolean isVoid(long row, long step) {
    while (next < rewinds.size() && rewinds.get(next).row() <= row) {
      next++;
    }
    return next < rewinds.size() && step > rewinds.get(next).step();
  }
}
