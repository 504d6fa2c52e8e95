package io.retromae.embed.planted;

import io.retromae.training.loop.Trainer;

/** Embedding with an arrow to the training loop. A fault for {@code FloorsTest}. */
interface KnowsTheLoop {
  Trainer<?> fault();
}
