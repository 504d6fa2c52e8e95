package io.retromae.pretrain.retromae;

import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;

/**
 * How rows become a micro-batch.
 *
 * @param kinds of the vocabulary's tokens
 * @param special ids that frame a row
 * @param maxSeqLength longest row, special tokens included
 * @param encoderMlmProbability share hidden from the encoder
 * @param decoder how decoder masks are drawn
 * @param bagOfWords whether DupMAE's targets are made
 * @param seed of the run
 */
public record BatchRule(
    TokenKinds kinds,
    SpecialIds special,
    int maxSeqLength,
    double encoderMlmProbability,
    DecoderVisibility.Rule decoder,
    boolean bagOfWords,
    long seed) {

  /** The rule of a configuration. */
  public static BatchRule of(PretrainConfig config, TokenTable tokens) {
    ObjectiveSettings objective = config.objective();
    return new BatchRule(
        TokenKinds.of(tokens.vocabulary()),
        SpecialIds.of(tokens),
        config.data().maxSeqLength(),
        objective.encoderMlmProbability(),
        new DecoderVisibility.Rule(objective.decoderMlmProbability(), objective.maskPool()),
        objective.method() == ObjectiveSettings.Method.DUPMAE,
        config.schedule().seed());
  }

  /**
   * Ids that frame a row.
   *
   * @param cls first
   * @param sep last
   * @param pad past its end
   * @param vocabularySize V, the rows of the model's word table
   */
  public record SpecialIds(int cls, int sep, int pad, int vocabularySize) {
    /** The ids of a model's tokens. */
    public static SpecialIds of(TokenTable tokens) {
      Vocabulary vocabulary = tokens.vocabulary();
      return new SpecialIds(
          vocabulary.clsId(), vocabulary.sepId(), vocabulary.padId(), tokens.rows());
    }
  }
}
