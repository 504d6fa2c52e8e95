package io.retromae.finetune.planted;

import io.retromae.etl.source.Format;

/** A fault for FloorsTest: training from pairs must not know where they come from. */
final class KnowsTheCorpusJob {
  private KnowsTheCorpusJob() {}

  static Format known() {
    return Format.PILE;
  }
}
