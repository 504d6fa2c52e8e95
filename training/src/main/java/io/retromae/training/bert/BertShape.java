package io.retromae.training.bert;

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

  /** Most rows of the word table: 16 million. */
  public static final int MAX_VOCAB_SIZE = 1 << 24;

  /** Largest width of the hidden states. */
  public static final int MAX_HIDDEN_SIZE = 1 << 16;

  /** Most layers. */
  public static final int MAX_LAYERS = 1_024;

  /** Largest width of the feed-forward layer. */
  public static final int MAX_INTERMEDIATE_SIZE = 1 << 20;

  /** Longest sequence. */
  public static final int MAX_POSITIONS = 1 << 20;

  private static final int MAX_TYPES = 1_024;

  /**
   * Checks what the layers need. The upper bounds are far above any model; what lies beyond is a
   * slip or a hostile file, and would end as a want of memory somewhere.
   */
  public BertShape {
    List<String> problems = new ArrayList<>();
    atMost(problems, "vocab_size", vocabSize, MAX_VOCAB_SIZE);
    atMost(problems, "hidden_size", hiddenSize, MAX_HIDDEN_SIZE);
    atMost(problems, "num_hidden_layers", numHiddenLayers, MAX_LAYERS);
    atMost(problems, "intermediate_size", intermediateSize, MAX_INTERMEDIATE_SIZE);
    atMost(problems, "max_position_embeddings", maxPositionEmbeddings, MAX_POSITIONS);
    atMost(problems, "type_vocab_size", typeVocabSize, MAX_TYPES);
    if (!(layerNormEps > 0) || !(layerNormEps < 1)) {
      problems.add("layer_norm_eps = " + layerNormEps + ": must be above 0 and below 1");
    }
    if (!(initializerRange > 0) || !(initializerRange < 1)) {
      problems.add("initializer_range = " + initializerRange + ": must be above 0 and below 1");
    }
    isShare(problems, "hidden_dropout_prob", hiddenDropoutProb);
    isShare(problems, "attention_probs_dropout_prob", attentionProbsDropoutProb);
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

  private static void atMost(List<String> problems, String name, int value, int limit) {
    if (value > limit) {
      problems.add("%s = %d: must be at most %d".formatted(name, value, limit));
    }
  }

  private static void isShare(List<String> problems, String name, double value) {
    if (!(value >= 0) || !(value < 1)) {
      problems.add("%s = %s: must be at least 0 and below 1".formatted(name, value));
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
