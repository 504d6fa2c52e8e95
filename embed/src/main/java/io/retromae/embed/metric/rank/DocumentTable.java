package io.retromae.embed.metric.rank;

import io.retromae.core.failure.CorruptDataException;
import java.util.Arrays;

/**
 * Finds documents of one ranking by id, and with that a document that was returned twice: open
 * addressing over places, used again for the next ranking, as a map of a thousand entries for each
 * of a thousand queries would cost more than the metrics.
 */
final class DocumentTable {
  private int[] slots = new int[0];
  private int mask;
  private String[] ids;

  /**
   * Takes in a ranking.
   *
   * @throws CorruptDataException for a document twice or a score that is NaN
   */
  void fill(String query, Ranking ranking) {
    ids = ranking.ids();
    int capacity = Math.max(2, Integer.highestOneBit(Math.max(1, ids.length)) * 4);
    if (slots.length < capacity) {
      slots = new int[capacity];
    }
    mask = capacity - 1;
    Arrays.fill(slots, 0, capacity, -1);
    for (int place = 0; place < ids.length; place++) {
      if (Double.isNaN(ranking.scores()[place])) {
        throw new CorruptDataException(
            "run, query %s: document %s has the score NaN; scores must be numbers"
                .formatted(query, ids[place]));
      }
      int slot = slot(ids[place]);
      if (slots[slot] >= 0) {
        throw new CorruptDataException(
            "run, query %s: document %s is returned twice, with the scores %s and %s; keep one"
                .formatted(
                    query, ids[place], ranking.scores()[slots[slot]], ranking.scores()[place]));
      }
      slots[slot] = place;
    }
  }

  /** The place of a document in the ranking, or -1. */
  int place(String id) {
    return slots[slot(id)];
  }

  /** The slot that holds the id, or the free one where it belongs. */
  private int slot(String id) {
    int hash = id.hashCode() * 0x9E3779B9; // ids that count up would fill neighbours
    int slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] >= 0 && !ids[slots[slot]].equals(id)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
