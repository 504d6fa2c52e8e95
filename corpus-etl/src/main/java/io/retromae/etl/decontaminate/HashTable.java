package io.retromae.etl.decontaminate;

import java.io.Serializable;
import java.util.function.LongConsumer;

/**
 * N-gram hashes and the tasks that hold them: open addressing over two parallel arrays, at most two
 * thirds full. A hash of several tasks has an entry for each.
 */
final class HashTable implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SMALLEST = 64;

  private long[] hashes = new long[SMALLEST];
  private int[] tasks = new int[SMALLEST];
  private int size;

  /**
   * Adds an entry, unless it is there.
   *
   * @param hash not 0
   */
  void add(long hash, int task) {
    int slot = slot(hash);
    while (hashes[slot] != 0) {
      if (hashes[slot] == hash && tasks[slot] == task) {
        return;
      }
      slot = after(slot);
    }
    hashes[slot] = hash;
    tasks[slot] = task;
    size++;
    if (size > hashes.length / 3 * 2) {
      grow();
    }
  }

  /** Where the first entry of a hash is; -1 if there is none. */
  int first(long hash) {
    return find(hash, slot(hash));
  }

  /** Where the next entry of the same hash is; -1 if there is none. */
  int next(int entry) {
    return find(hashes[entry], after(entry));
  }

  /** The task of an entry. */
  int task(int entry) {
    return tasks[entry];
  }

  int size() {
    return size;
  }

  /** Hands over the hash of every entry. */
  void forEachHash(LongConsumer consumer) {
    for (long hash : hashes) {
      if (hash != 0) {
        consumer.accept(hash);
      }
    }
  }

  /** Bytes of memory. */
  long bytes() {
    return 12L * hashes.length;
  }

  private int find(long hash, int from) {
    int slot = from;
    while (hashes[slot] != 0) {
      if (hashes[slot] == hash) {
        return slot;
      }
      slot = after(slot);
    }
    return -1;
  }

  /** The upper half of a hash, scaled to the capacity, which need not be a power of two. */
  private int slot(long hash) {
    return (int) ((hash >>> 32) * hashes.length >>> 32);
  }

  private int after(int slot) {
    return slot + 1 == hashes.length ? 0 : slot + 1;
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldTasks = tasks;
    int larger = (int) Math.min(Integer.MAX_VALUE - 8, oldHashes.length * 3L / 2);
    hashes = new long[larger];
    tasks = new int[larger];
    size = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        add(oldHashes[i], oldTasks[i]);
      }
    }
  }
}
