package io.retromae.core.planted;

import io.retromae.etl.job.CorpusEtlJob;

/** Knows a class of a floor above. A fault for {@code FloorsTest}. */
interface KnowsTheJob {
  CorpusEtlJob fault();
}
