package io.retromae.pretrain.train;

/**
 * Losses of one step, averaged as the objective's {@code loss_reduction} says: the mean of the
 * micro-batches' means, or the mean over all tokens.
 *
 * @param total what is minimised
 * @param encoder of the encoder
 * @param decoder of the enhanced decoder
 * @param bow bag of words, unweighted; 0 when not trained
 */
public record MeanLosses(double total, double encoder, double decoder, double bow) {}
