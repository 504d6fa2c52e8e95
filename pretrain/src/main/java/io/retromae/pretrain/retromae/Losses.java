package io.retromae.pretrain.retromae;

/**
 * The losses of one micro-batch; each a mean over its tokens or rows, 0 where a term has no token.
 *
 * @param total encoder + decoder + weighted bag-of-words loss
 * @param encoder masked language modelling loss of the encoder
 * @param decoder reconstruction loss of the enhanced decoder
 * @param bow DupMAE's bag-of-words loss, unweighted; 0 when not trained
 */
public record Losses(double total, double encoder, double decoder, double bow) {}
