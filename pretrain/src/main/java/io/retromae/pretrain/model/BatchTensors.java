package io.retromae.pretrain.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * One micro-batch as tensors, B rows padded to L. Owns them: close after the call that reads them.
 *
 * <p>{@code input_ids, encoder_labels, decoder_input_ids, decoder_labels} [B, L] int64, {@code
 * lengths} [B] int64, {@code visible_bits} [B, L, bytes] uint8 (bit j of byte k: key 8k + j may be
 * seen), {@code bow_index} [n] int64 and {@code bow_weight} [n] float32.
 */
public final class BatchTensors implements AutoCloseable {
  private static final String NAME_PREFIX = "b.";
  private static final String LENGTHS = "lengths";

  private final NDManager manager;
  private final NDList arrays = new NDList();

  private BatchTensors(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Copies plain arrays into native memory.
   *
   * @param parent manager under which this batch's own is made
   */
  static BatchTensors of(NDManager parent, BatchArrays batch) {
    BatchTensors tensors = new BatchTensors(parent.newSubManager());
    Shape rows = new Shape(batch.rows(), batch.length());
    tensors.add("input_ids", tensors.manager.create(batch.encoderInputIds(), rows));
    tensors.add("encoder_labels", tensors.manager.create(batch.encoderLabels(), rows));
    tensors.add("decoder_input_ids", tensors.manager.create(batch.decoderInputIds(), rows));
    tensors.add("decoder_labels", tensors.manager.create(batch.decoderLabels(), rows));
    tensors.add(LENGTHS, tensors.manager.create(batch.lengths(), new Shape(batch.rows())));
    int bytesPerQuery = batch.visibleBits().length / (batch.rows() * batch.length());
    tensors.add(
        "visible_bits",
        tensors.manager.create(
            ByteBuffer.wrap(batch.visibleBits()),
            new Shape(batch.rows(), batch.length(), bytesPerQuery),
            DataType.UINT8));
    Shape targets = new Shape(batch.bowIndex().length);
    tensors.add("bow_index", tensors.manager.create(batch.bowIndex(), targets));
    tensors.add("bow_weight", tensors.manager.create(batch.bowWeight(), targets));
    return tensors;
  }

  private void add(String name, NDArray array) {
    array.setName(NAME_PREFIX + name);
    arrays.add(array);
  }

  /** Makes arrays of this batch on the host. */
  NDManager manager() {
    return manager;
  }

  /** All, in the order of the class comment. */
  NDList arrays() {
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
