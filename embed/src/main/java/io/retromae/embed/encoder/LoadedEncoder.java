package io.retromae.embed.encoder;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.BertShape;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.TorchRuntime;
import io.retromae.training.settings.ComputeSettings;
import java.io.IOException;
import java.util.List;

/**
 * A model in this process and what is needed to feed it.
 *
 * @param model owned
 */
record LoadedEncoder(BatchModel model, Vocabulary vocabulary, WordRules rules) {
  /** Loads a folder onto the device that the specification asks for. */
  static LoadedEncoder load(Storage storage, EncoderSpec spec, List<String> gpuAddresses) {
    EncoderFolder folder = EncoderFolder.open(storage, spec.folder());
    TorchRuntime.start(Runtime.getRuntime().availableProcessors());
    Compute compute =
        DeviceChoice.here(spec.device(), gpuAddresses)
            .compute(
                new ComputeSettings(spec.device(), ComputeSettings.Precision.FP32, false, false));
    BertShape shape = folder.shape().withoutDropout();
    BertModel model = BertModel.withoutHead(shape, compute);
    try {
      folder.weights().fill(model.parameters().fetch(), model.layout(), 0);
      model.parameters().store();
    } catch (IOException e) {
      model.close();
      throw new ClusterException(
          "cannot read the weights of %s: %s".formatted(spec.folder(), e.getMessage()), e);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    return new LoadedEncoder(new PaddedModel(model, true), folder.vocabulary(), folder.wordRules());
  }
}
