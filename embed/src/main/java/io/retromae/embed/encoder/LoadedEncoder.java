package io.retromae.embed.encoder;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.training.bert.BertModel;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.settings.ComputeSettings;
import java.io.IOException;
import java.util.Optional;

/**
 * A model in this process and what is needed to feed it.
 *
 * @param model owned
 * @param threads that compute with it, owned; without any, whoever asks computes
 */
record LoadedEncoder(
    BatchModel model, Vocabulary vocabulary, WordRules rules, Optional<BatchThreads> threads)
    implements AutoCloseable {
  /**
   * Loads a folder onto a device, for the pooling that the specification names.
   *
   * @param threads that compute on a CPU
   */
  static LoadedEncoder load(Storage storage, EncoderSpec spec, DeviceChoice device, int threads) {
    EncoderFolder folder = EncoderFolder.open(storage, spec.folder());
    try {
      return device.kind() == DeviceChoice.Kind.CPU
          ? new LoadedEncoder(
              PackedModel.load(folder, spec.pooling().oneToken()),
              folder.vocabulary(),
              folder.wordRules(),
              Optional.of(new BatchThreads(threads)))
          : new LoadedEncoder(
              onGpu(folder, spec, device),
              folder.vocabulary(),
              folder.wordRules(),
              Optional.empty());
    } catch (IOException e) {
      throw new ClusterException(
          "cannot read the weights of %s: %s".formatted(spec.folder(), e.getMessage()), e);
    }
  }

  private static BatchModel onGpu(EncoderFolder folder, EncoderSpec spec, DeviceChoice device)
      throws IOException {
    ComputeSettings settings =
        new ComputeSettings(spec.device(), ComputeSettings.Precision.FP32, false, false);
    BertModel model =
        BertModel.withoutHead(folder.shape().withoutDropout(), device.compute(settings));
    try {
      folder.weights().fill(model.parameters().fetch(), model.layout(), 0);
      model.parameters().store();
    } catch (IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
    return new PaddedModel(model, true);
  }

  @Override
  public void close() {
    threads.ifPresent(BatchThreads::close);
    model.close();
  }
}
