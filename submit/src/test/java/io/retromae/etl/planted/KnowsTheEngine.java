package io.retromae.etl.planted;

import io.retromae.training.loop.Trainer;

/** The corpus job with an arrow to training. A fault for {@code FloorsTest}. */
interface KnowsTheEngine {
  Trainer<?> fault();
}
