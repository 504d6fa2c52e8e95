package io.retromae.training.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * One micro-batch as named tensors, B rows padded to L. Owns them: close after the call that reads
 * them. The encoder reads {@code input_ids} [B, L] and {@code lengths} [B], both int64; an
 * objective adds what its own part of the script reads.
 */
public final class BatchTensors implements AutoCloseable {
  private static final String NAME_PREFIX = "b.";
  private static final String LENGTHS = "lengths";

  private final NDManager manager;
  private final NDList arrays = new NDList();

  /**
   * Without any array yet.
   *
   * @param parent manager under which this batch's own is made
   */
  BatchTensors(NDManager parent) {
    this.manager = parent.newSubManager();
  }

  /** Adds what the encoder reads: {@code input_ids} [B, L] and {@code lengths} [B]. */
  public void add(TokenRows rows) {
    add("input_ids", manager.create(rows.ids(), new Shape(rows.lengths().length, rows.length())));
    add(LENGTHS, manager.create(rows.lengths(), new Shape(rows.lengths().length)));
  }

  /**
   * Adds an array, made by {@link #manager}.
   *
   * @param name that the script has for it
   */
  public void add(String name, NDArray array) {
    array.setName(NAME_PREFIX + name);
    arrays.add(array);
  }

  /** Makes arrays of this batch on the host. */
  public NDManager manager() {
    return manager;
  }

  /** All, in the order in which they were added. */
  public NDList arrays() {
    return arrays;
  }

  /** All but the lengths, which are read on the host. */
  NDList readOnDevice() {
    return new NDList(
        arrays.stream().filter(array -> !array.getName().equals(NAME_PREFIX + LENGTHS)).toList());
  }

  /** Puts copies on another device in place of the arrays of the same names on the host. */
  void replace(NDList copies) {
    for (NDArray copy : copies) {
      for (int i = 0; i < arrays.size(); i++) {
        if (arrays.get(i).getName().equals(copy.getName())) {
          copy.attach(manager);
          arrays.set(i, copy).close();
        }
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
