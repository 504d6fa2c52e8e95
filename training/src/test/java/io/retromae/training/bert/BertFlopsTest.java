package io.retromae.training.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * Against PyTorch 2.7.1's {@code torch.utils.flop_counter.FlopCounterMode} over transformers'
 * {@code BertModel(BertConfig(vocab_size=1000, hidden_size=64, num_hidden_layers=3,
 * num_attention_heads=4, intermediate_size=256, attn_implementation="eager"))} and its parts, a
 * call for each row of 7, 20 and 33 tokens, so that nothing is padded; training is {@code
 * y.sum().backward()}.
 */
class BertFlopsTest {
  private static final BertShape SHAPE =
      new BertShape(1_000, 64, 3, 4, 256, 64, 2, 1e-12, 0.1, 0.1, 0.02, 0);

  private static final long[] LENGTHS = {7, 20, 33};

  @Test
  void anEncoderIsCountedAsPyTorchDoes() {
    double forward = BertFlops.layers(SHAPE, 3, LENGTHS);

    assertEquals(18_875_904, forward);
    assertEquals(56_627_712, BertFlops.TRAINING * forward);
  }

  @Test
  void aLayerOfOtherKeysThanQueriesIsALayer() {
    assertEquals(18_875_904, BertFlops.TRAINING * BertFlops.layers(SHAPE, 1, LENGTHS));
  }

  @Test
  void theHeadIsCountedWhereItScores() {
    assertEquals(7_762_944, BertFlops.TRAINING * BertFlops.head(SHAPE, 19));
    assertEquals(7_762_944, BertFlops.head(SHAPE, 60 - 3), "forward alone, all but [CLS]");
  }

  @Test
  void ofALastLayerForOneTokenOnlyKeysAndValuesAreOfAll() {
    double forward = BertFlops.layers(SHAPE, 2, LENGTHS) + BertFlops.layerForOneToken(SHAPE, 3, 60);

    assertEquals(41_484_288, BertFlops.TRAINING * forward);
  }
}
