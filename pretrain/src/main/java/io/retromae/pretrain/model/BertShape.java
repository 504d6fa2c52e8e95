package io.retromae.pretrain.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of a BERT encoder, named as in Hugging Face's {@code config.json}.
 *
 * @param vocabSize V
 * @param hiddenSize D
 * @param numHiddenLayers encoder layers; the decoder always has one
 * @param numAttentionHeads H, divides D
 * @param intermediateSize width of the feed-forward layer
 * @param maxPositionEmbeddings longest sequence
 * @param typeVocabSize rows of the token-type table
 * @param layerNormEps epsilon of every LayerNorm
 * @param hiddenDropoutProb dropout after embeddings, attention output and feed-forward
 * @param attentionProbsDropoutProb dropout on attention weights
 * @param initializerRange standard deviation of fresh weights
 * @param padTokenId id whose embedding row gets no gradient from look-ups
 */
public record BertShape(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    int maxPositionEmbeddings,
    int typeVocabSize,
    double layerNormEps,
    double hiddenDropoutProb,
    double attentionProbsDropoutProb,
    double initializerRange,
    int padTokenId) {

  /** Checks what the layers need. */
  public BertShape {
    List<String> problems = new ArrayList<>();
    if (vocabSize < 5) {
      problems.add("vocab_size = " + vocabSize + ": must hold the five special tokens");
    }
    if (numAttentionHeads < 1 || hiddenSize < 1 || hiddenSize % numAttentionHeads != 0) {
      problems.add(
          "hidden_size = %d: must be a multiple of num_attention_heads = %d"
              .formatted(hiddenSize, numAttentionHeads));
    }
    if (numHiddenLayers < 1 || intermediateSize < 1) {
      problems.add("num_hidden_layers and intermediate_size must be at least 1");
    }
    if (maxPositionEmbeddings < 2 || typeVocabSize < 1) {
      problems.add("max_position_embeddings must be at least 2 and type_vocab_size at least 1");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** The same model without dropout, for evaluation and for comparing with recorded numbers. */
  public BertShape withoutDropout() {
    return new BertShape(
        vocabSize,
        hiddenSize,
        numHiddenLayers,
        numAttentionHeads,
        intermediateSize,
        maxPositionEmbeddings,
        typeVocabSize,
        layerNormEps,
        0,
        0,
        initializerRange,
        padTokenId);
  }
}
