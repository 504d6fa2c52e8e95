package io.retromae.pretrain.objective;

/**
 * What an objective computes beside the encoder, for estimates.
 *
 * @param decoderLayers layers of the encoder's size that run over all tokens
 * @param scoredRows rows that the MLM head scores, as a share of the tokens
 * @param pooledScores whether every token is scored once more without keeping it, for a bag of
 *     words
 */
public record ObjectiveCost(int decoderLayers, double scoredRows, boolean pooledScores) {}
