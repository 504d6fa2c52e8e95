package io.retromae.finetune.planted;

import io.retromae.pretrain.job.PretrainJob;

/** Fine-tuning with an arrow to pre-training. A fault for {@code FloorsTest}. */
interface KnowsPretraining {
  PretrainJob fault();
}
