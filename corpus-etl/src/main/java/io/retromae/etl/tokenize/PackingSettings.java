package io.retromae.etl.tokenize;

import io.retromae.core.config.Setting;

/**
 * How sentences become samples.
 *
 * @param mode rule
 * @param maxSeqLength of a row in training, special tokens included
 * @param minBlock shorter tails of a document join the block before them or are dropped
 * @param shortSeqProb share of blocks whose target is drawn from [3, full target]
 */
public record PackingSettings(
    @Setting(
            doc =
                "lossless keeps every id; recipe is RetroMAE's (blocks overshoot and are cut);"
                    + " truncate keeps the beginning of each document (BGE).",
            standard = "lossless")
        Mode mode,
    @Setting(doc = "Longest row in training, special tokens included.", standard = "512", min = 8)
        int maxSeqLength,
    @Setting(doc = "Fewest ids of a sample; shorter tails are counted.", standard = "32", min = 1)
        int minBlock,
    @Setting(
            doc =
                "Share of blocks made for a shorter length, drawn evenly from 3 to the full one"
                    + " (RetroMAE: 0).",
            standard = "0",
            min = 0,
            max = 1)
        double shortSeqProb) {

  /** The rules. */
  public enum Mode {
    /** No id is lost but in counted tails. */
    LOSSLESS,
    /** RetroMAE's: a block is closed once it is full, and its overshoot cut. */
    RECIPE,
    /** One block for each document, cut. */
    TRUNCATE
  }

  /** Ids in a full block. */
  int target() {
    return maxSeqLength - 2;
  }
}
