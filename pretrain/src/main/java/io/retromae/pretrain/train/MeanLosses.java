package io.retromae.pretrain.train;

/**
 * Losses of one step: the equally weighted mean over the micro-batches of all logical shards, as
 * the reference averages over devices.
 *
 * @param total what is minimised
 * @param encoder of the encoder
 * @param decoder of the enhanced decoder
 * @param bow bag of words, unweighted; 0 when not trained
 */
public record MeanLosses(double total, double encoder, double decoder, double bow) {}
