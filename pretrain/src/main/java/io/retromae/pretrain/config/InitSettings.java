package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import io.retromae.training.bert.BertShape;
import java.util.Optional;

/**
 * Where the weights come from.
 *
 * @param from Hugging Face BERT folder, or empty for random weights
 * @param decoder what becomes of the folder's decoder
 * @param maxPositionEmbeddings positions of the model to train, or empty for the folder's own
 * @param config sizes for random weights
 */
public record InitSettings(
    @Setting(
            doc =
                "Folder of a Hugging Face BERT (config.json, vocab.txt, model.safetensors or"
                    + " pytorch_model.bin), or an export, a checkpoint (RUN/checkpoints/step-500) or"
                    + " a run of ours, to start from; null"
                    + " starts from random weights of the sizes below.",
            standard = "null")
        Optional<String> from,
    @Setting(
            doc =
                "The decoder's first weights: auto takes those of 'from' where it is an export or a"
                    + " checkpoint of ours, fresh never does.",
            standard = "auto")
        Decoder decoder,
    @Setting(
            doc =
                "Positions of a model that starts from 'from'; null keeps its own. New rows repeat"
                    + " the table (Longformer, arXiv:2004.05150, section 5).",
            standard = "null",
            min = 2,
            max = BertShape.MAX_POSITIONS)
        Optional<Integer> maxPositionEmbeddings,
    @Setting(doc = "Sizes of the encoder when 'from' is null; defaults are BERT-base's.")
        ModelSettings config) {

  /** Where the decoder's first weights come from. */
  public enum Decoder {
    /** The folder's, if it has one; else fresh. */
    AUTO,
    /** Always fresh. */
    FRESH
  }

  /** Checks what belongs together. */
  public InitSettings {
    if (from.isEmpty() && maxPositionEmbeddings.isPresent()) {
      throw new IllegalArgumentException(
          "max_position_embeddings = %d: is for a model that starts 'from' a folder; set config.max_position_embeddings"
              .formatted(maxPositionEmbeddings.get()));
    }
  }
}
