package io.retromae.embed.ml;

import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.job.TaskPlace;

/**
 * The encoder of this process, where Spark wants the task to compute.
 *
 * @param storage reaches the folder
 * @param spec the encoder
 */
record SharedSource(Storage storage, EncoderSpec spec) implements EmbedRows.Source {
  private static final long serialVersionUID = 1L;

  @Override
  public TextEncoder acquire() {
    return SharedEncoder.acquire(storage, spec, TaskPlace.here());
  }
}
