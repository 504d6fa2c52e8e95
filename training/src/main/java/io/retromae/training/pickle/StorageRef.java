package io.retromae.training.pickle;

/**
 * Values that a file keeps in one piece; several tensors may see the same.
 *
 * @param key name of the piece
 * @param type of the values
 * @param size number of values in the piece
 * @param from where a view of it begins; 0 for the whole
 * @param length values that the view sees
 */
record StorageRef(String key, StorageType type, long size, long from, long length) {
  /** Bytes of the piece. */
  long bytes() {
    return Math.multiplyExact(size, (long) type.width());
  }
}
