package io.retromae.embed.ml;

import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.training.device.DeviceChoice;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The encoder of this process, on the GPU that Spark assigned to the task, if any.
 *
 * @param storage reaches the folder
 * @param spec the encoder
 */
record SharedSource(Storage storage, EncoderSpec spec) implements EmbedRows.Source {
  private static final long serialVersionUID = 1L;

  @Override
  public TextEncoder acquire() {
    ResourceInformation gpus = TaskContext.get().resourcesJMap().get(DeviceChoice.RESOURCE);
    return SharedEncoder.acquire(
        storage, spec, gpus == null ? List.of() : List.of(gpus.addresses()));
  }
}
