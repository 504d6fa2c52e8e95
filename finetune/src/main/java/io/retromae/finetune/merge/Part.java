package io.retromae.finetune.merge;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderFolder;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the folders that are merged.
 *
 * @param encoder the folder, opened
 * @param share its weight over the sum of all, in (0, 1]
 * @param saysHow whether it says itself how vectors are made of hidden states
 */
record Part(EncoderFolder encoder, double share, boolean saysHow) {
  /**
   * Opens the folders.
   *
   * @param weights one a folder, above 0; none for equal ones
   * @throws ConfigException if numbers do not agree, or a folder is not one of an encoder
   */
  static List<Part> open(Storage storage, List<String> folders, List<Double> weights) {
    if (folders.size() < 2) {
      throw new ConfigException("merge: needs at least two model folders, got " + folders.size());
    }
    if (!weights.isEmpty() && weights.size() != folders.size()) {
      throw new ConfigException(
          "--weights: %d weights for %d folders; give one for each, or none for equal ones"
              .formatted(weights.size(), folders.size()));
    }
    double sum = 0;
    for (double weight : weights) {
      if (!(weight > 0) || !Double.isFinite(weight)) {
        throw new ConfigException(
            "--weights: %s: must be above 0; leave out a folder that is to have no say"
                .formatted(weight));
      }
      sum += weight;
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      EncoderFolder encoder = EncoderFolder.open(storage, folders.get(i));
      double share = weights.isEmpty() ? 1.0 / folders.size() : weights.get(i) / sum;
      parts.add(new Part(encoder, share, storage.exists(encoder.folder() + "/modules.json")));
    }
    return List.copyOf(parts);
  }

  String folder() {
    return encoder.folder();
  }
}
