package io.retromae.pretrain.planted;

import ai.djl.ndarray.NDArray;

/** Knows DJL where there is no model. A fault for {@code FloorsTest}. */
interface KnowsDjl {
  NDArray fault();
}
