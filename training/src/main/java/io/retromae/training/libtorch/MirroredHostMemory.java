package io.retromae.training.libtorch;

import ai.djl.ndarray.NDArray;
import io.retromae.training.memory.HostVector;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Host memory that stands for a vector elsewhere; made when first wanted. */
public final class MirroredHostMemory implements FlatVector.HostMemory {
  private final UnaryOperator<NDArray> hostLike;
  private final BiConsumer<NDArray, NDArray> copy;
  private NDArray mirror;

  /**
   * Memory for one vector.
   *
   * @param hostLike makes an array on the host of an array's size and type
   * @param copy copies the second array's values to the first, and returns when they are there
   */
  public MirroredHostMemory(UnaryOperator<NDArray> hostLike, BiConsumer<NDArray, NDArray> copy) {
    this.hostLike = hostLike;
    this.copy = copy;
  }

  @Override
  public HostVector fetch(NDArray array) {
    if (mirror == null) {
      mirror = hostLike.apply(array);
    }
    copy.accept(mirror, array);
    return TensorAddress.of(mirror);
  }

  @Override
  public void store(NDArray array) {
    copy.accept(array, mirror);
  }
}
