package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.training.bert.BertShape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * By PyTorch's FlopCounterMode, as training's BertFlopsTest says: encoder, a decoder layer of other
 * keys than queries, the head of 19, and forward alone of the 57 that are pooled.
 */
class RetroMaeFlopsTest {
  private static final BertShape SHAPE =
      new BertShape(1_000, 64, 3, 4, 256, 64, 2, 1e-12, 0.1, 0.1, 0.02, 0);

  private static final double RETROMAE = 56_627_712 + 18_875_904 + 7_762_944;

  private static BatchArrays batch() {
    int places = 3 * 33;
    return new BatchArrays(
        3,
        33,
        new long[places],
        labels(places, 9),
        new long[places],
        labels(places, 10),
        new long[] {7, 20, 33},
        new byte[places * 5],
        new long[0],
        new float[0]);
  }

  private static long[] labels(int places, int scored) {
    long[] labels = new long[places];
    Arrays.fill(labels, -100);
    Arrays.fill(labels, 0, scored, 7);
    return labels;
  }

  @Test
  void retromaeIsEncoderDecoderAndScoredTokens() {
    assertEquals(RETROMAE, RetroMaeLoss.flops(SHAPE, batch(), false));
  }

  /** Backward: the transform's two products of 57 x 64 x 64, and two of 64 for each maximum. */
  @Test
  void dupmaeScoresEveryTokenOnceMore() {
    double backward = 2 * 2 * 57 * 64 * 64 + 2 * 2 * 3 * 1_000 * 64;

    assertEquals(RETROMAE + 7_762_944 + backward, RetroMaeLoss.flops(SHAPE, batch(), true));
  }
}
