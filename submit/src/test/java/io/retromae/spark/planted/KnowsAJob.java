package io.retromae.spark.planted;

import io.retromae.etl.job.CorpusEtlJob;

/** What all jobs share with an arrow to one of them. A fault for {@code FloorsTest}. */
interface KnowsAJob {
  CorpusEtlJob fault();
}
