package io.retromae.finetune.mine.selection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Which documents queries are filled up with. */
class NegativeSelectionTest {
  private static final Margins BELOW_HALF =
      new Margins(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.of(0.5),
          OptionalDouble.empty());

  private static MinedQuery select(int documents, double... scores) {
    NegativeSelection.Rules rules =
        new NegativeSelection.Rules(
            RankWindow.of("0-3"), 4, Strategy.TOP, Fill.RANDOM, BELOW_HALF, 1);
    return new NegativeSelection(rules, documents)
        .select(
            new NegativeSelection.Query(1, new int[] {99}, -1, 0.9),
            new NegativeSelection.Ranked(new int[] {0, 1, 2}, scores));
  }

  @Test
  void noDocumentOfUnknownScoreFillsUpWhereItMayBeTooClose() {
    MinedQuery unsure = select(90, 0.8, 0.7, 0.6);
    assertEquals(0, unsure.negatives().length);
    assertTrue(unsure.notFilled());

    MinedQuery sure = select(90, 0.8, 0.7, 0.5);
    assertEquals(4, sure.negatives().length);
    assertEquals(3, sure.filled());
    assertFalse(sure.notFilled());
  }

  @Test
  void queriesWhoseDocumentsWereAllRankedAreNotUnsure() {
    MinedQuery all = select(3, 0.8, 0.7, 0.6);
    assertEquals(0, all.negatives().length);
    assertFalse(all.notFilled());
  }
}
