package io.retromae.pretrain.planted;

import io.retromae.etl.job.CorpusEtlJob;

/** Pre-training with an arrow to the corpus job. A fault for {@code FloorsTest}. */
interface KnowsTheCorpusJob {
  CorpusEtlJob fault();
}
