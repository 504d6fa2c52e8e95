package io.retromae.pretrain.retromae;

/**
 * Which of the published objectives is trained.
 *
 * @param query how the decoder's query is made
 * @param bowLossWeight DupMAE's weight of the bag-of-words loss; 0 leaves that task out
 */
public record RetroMaeVariant(DecoderQuery query, double bowLossWeight) {
  /** The decoder's query at position i, h being the sentence embedding. */
  public enum DecoderQuery {
    /** h + P[i], as in RetroMAE (arXiv:2205.12035v2) and its repository. */
    RAW,
    /** LayerNorm(h + T[0] + P[i]) with the encoder's embedding LayerNorm: BGE's code, DupMAE. */
    EMBEDDINGS
  }
}
