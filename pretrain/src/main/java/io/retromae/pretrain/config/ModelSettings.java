package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import io.retromae.training.bert.BertShape;
import java.util.Optional;

/**
 * Sizes of a fresh encoder, named as in Hugging Face's {@code config.json}; the vocabulary's size
 * comes from the corpus.
 *
 * @param hiddenSize D
 * @param numHiddenLayers encoder layers
 * @param numAttentionHeads H
 * @param intermediateSize feed-forward width, empty for 4 D
 * @param maxPositionEmbeddings longest sequence
 * @param hiddenDropoutProb dropout on hidden states
 * @param attentionProbsDropoutProb dropout on attention weights
 */
public record ModelSettings(
    @Setting(
            doc = "Width of the hidden states.",
            standard = "768",
            min = 1,
            max = BertShape.MAX_HIDDEN_SIZE)
        int hiddenSize,
    @Setting(
            doc = "Encoder layers; the decoder always has one.",
            standard = "12",
            min = 1,
            max = BertShape.MAX_LAYERS)
        int numHiddenLayers,
    @Setting(doc = "Attention heads; must divide hidden_size.", standard = "12", min = 1)
        int numAttentionHeads,
    @Setting(
            doc = "Width of the feed-forward layer; null is 4 x hidden_size.",
            standard = "null",
            min = 1,
            max = BertShape.MAX_INTERMEDIATE_SIZE)
        Optional<Integer> intermediateSize,
    @Setting(
            doc = "Longest sequence, in tokens.",
            standard = "512",
            min = 2,
            max = BertShape.MAX_POSITIONS)
        int maxPositionEmbeddings,
    @Setting(doc = "Dropout on hidden states (BERT: 0.1).", standard = "0.1", min = 0, below = 1)
        double hiddenDropoutProb,
    @Setting(doc = "Dropout on attention (BERT: 0.1).", standard = "0.1", min = 0, below = 1)
        double attentionProbsDropoutProb) {

  /** Checks that the heads divide the width. */
  public ModelSettings {
    if (hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "hidden_size = %d: must be a multiple of num_attention_heads = %d"
              .formatted(hiddenSize, numAttentionHeads));
    }
  }
}
