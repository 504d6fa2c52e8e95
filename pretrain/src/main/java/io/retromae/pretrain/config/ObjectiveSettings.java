package io.retromae.pretrain.config;

import io.retromae.core.config.Setting;
import io.retromae.training.loop.LossReduction;

/**
 * What is trained; see docs/training.md.
 *
 * @param method RetroMAE, DupMAE or plain MLM
 * @param decoderQuery how the decoder's query is made
 * @param encoderMlmProbability share of tokens hidden from the encoder
 * @param decoderMlmProbability share of tokens hidden from each decoder position
 * @param maskPool decoder masks drawn per sample
 * @param bowLossWeight weight of DupMAE's bag-of-words loss
 * @param lossReduction how a step's loss is averaged
 */
public record ObjectiveSettings(
    @Setting(
            doc =
                "retromae (arXiv:2205.12035), dupmae (arXiv:2211.08769), or mlm: masked language"
                    + " modelling alone, with no decoder (arXiv:1810.04805).",
            standard = "retromae")
        Method method,
    @Setting(
            doc =
                "The decoder's query: embeddings = LayerNorm(h + type + position), as the BGE code"
                    + " and DupMAE; raw = h + position, as the RetroMAE repository.",
            standard = "embeddings")
        DecoderQuery decoderQuery,
    @Setting(
            doc = "Share of tokens hidden from the encoder.",
            standard = "0.3",
            above = 0,
            below = 1)
        double encoderMlmProbability,
    @Setting(
            doc = "Share of tokens hidden from each decoder position.",
            standard = "0.5",
            above = 0,
            below = 1)
        double decoderMlmProbability,
    @Setting(
            doc =
                "Decoder masks drawn per sample, from which each position takes one (BGE: 128,"
                    + " RetroMAE: 256).",
            standard = "128",
            min = 1)
        int maskPool,
    @Setting(doc = "Weight of the bag-of-words loss, dupmae only.", standard = "0.1", above = 0)
        double bowLossWeight,
    @Setting(
            doc =
                "How a step's loss is averaged: micro_batch = over the tokens of each micro-batch,"
                    + " then over micro-batches with equal weight, as the reference does over"
                    + " devices; token = over all tokens of the global batch (bag of words: over"
                    + " all rows).",
            standard = "micro_batch")
        LossReduction lossReduction) {

  /** The published methods. */
  public enum Method {
    /** Encoder and decoder reconstruct. */
    RETROMAE,
    /** And the sentence embedding predicts the bag of words. */
    DUPMAE,
    /** The encoder reconstructs, and there is nothing else. */
    MLM
  }

  /** The decoder's query. */
  public enum DecoderQuery {
    /** h + P[i]. */
    RAW,
    /** LayerNorm(h + T[0] + P[i]). */
    EMBEDDINGS
  }

  /** Checks what belongs together. */
  public ObjectiveSettings {
    if (method == Method.DUPMAE && decoderQuery == DecoderQuery.RAW) {
      throw new IllegalArgumentException(
          "decoder_query = raw: method dupmae always uses embeddings; remove the setting");
    }
  }
}
