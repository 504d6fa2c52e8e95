package io.retromae.pretrain.retromae;

import io.retromae.core.vocab.RowFrame;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.config.ObjectiveSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;

/**
 * How rows become a micro-batch.
 *
 * @param kinds of the vocabulary's tokens
 * @param frame how content becomes a row
 * @param vocabularySize V, the rows of the model's word table
 * @param encoderMlmProbability share hidden from the encoder
 * @param decoder how decoder masks are drawn
 * @param bagOfWords whether DupMAE's targets are made
 * @param seed of the run
 */
public record BatchRule(
    TokenKinds kinds,
    RowFrame frame,
    int vocabularySize,
    double encoderMlmProbability,
    DecoderVisibility.Rule decoder,
    boolean bagOfWords,
    long seed) {

  /** The rule of a configuration. */
  public static BatchRule of(PretrainConfig config, TokenTable tokens) {
    ObjectiveSettings objective = config.objective();
    return new BatchRule(
        TokenKinds.of(tokens.vocabulary()),
        RowFrame.of(tokens.vocabulary(), config.data().maxSeqLength()),
        tokens.rows(),
        objective.encoderMlmProbability(),
        new DecoderVisibility.Rule(objective.decoderMlmProbability(), objective.maskPool()),
        objective.method() == ObjectiveSettings.Method.DUPMAE,
        config.schedule().seed());
  }
}
