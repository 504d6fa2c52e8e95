package io.retromae.training.planted;

import io.retromae.pretrain.retromae.RetroMaeModel;

/** The engine with an arrow to an objective. A fault for {@code FloorsTest}. */
interface KnowsAnObjective {
  RetroMaeModel fault();
}
