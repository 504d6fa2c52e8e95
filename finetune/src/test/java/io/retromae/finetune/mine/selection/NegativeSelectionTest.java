package io.retromae.finetune.mine.selection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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

  private static final NegativeSelection.Rules RULES =
      new NegativeSelection.Rules(
          RankWindow.of("0-3"), 4, Strategy.TOP, Fill.RANDOM, BELOW_HALF, 1);

  private static final NegativeSelection.Query QUERY =
      new NegativeSelection.Query(1, new int[] {99}, -1, 0.9);

  private static NegativeSelection.Ranked ranked(double... scores) {
    return new NegativeSelection.Ranked(new int[] {0, 1, 2}, scores);
  }

  private static MinedQuery select(int documents, double... scores) {
    return new NegativeSelection(RULES, documents, Copies.NONE).select(QUERY, ranked(scores));
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
  void documentsDrawnForAnUnsureQueryFillItUpIfTheirScoresAllow() {
    NegativeSelection selection = new NegativeSelection(RULES, 90, Copies.NONE);
    NegativeSelection.Ranked best = ranked(0.8, 0.7, 0.6);
    MinedQuery unsure = selection.select(QUERY, best);

    int[] drawn = selection.drawnToFill(QUERY, unsure, best);
    double[] scores = new double[drawn.length];
    Arrays.fill(scores, 0.6);
    scores[1] = 0.5;
    scores[3] = 0.1;
    MinedQuery some = selection.filled(unsure, drawn, scores);
    Arrays.fill(scores, 0.2);
    MinedQuery all = selection.filled(unsure, drawn, scores);

    assertEquals(4 * 4 + 16, drawn.length);
    assertEquals(drawn.length, Arrays.stream(drawn).distinct().count());
    assertTrue(Arrays.stream(drawn).allMatch(document -> document > 2));
    assertArrayEquals(new int[] {drawn[1], drawn[3]}, some.negatives());
    assertTrue(some.notFilled());
    assertArrayEquals(Arrays.copyOf(drawn, 4), all.negatives());
    assertFalse(all.notFilled());
  }

  @Test
  void queriesWhoseDocumentsWereAllRankedAreNotUnsure() {
    MinedQuery all = select(3, 0.8, 0.7, 0.6);
    assertEquals(0, all.negatives().length);
    assertFalse(all.notFilled());
  }

  @Test
  void nearCopiesOfPositivesAreNeitherNegativesNorFilledUpWith() {
    Copies even = (document, others) -> document % 2 == 0;
    for (int documents : new int[] {7, 90}) { // by a permutation, and one by one
      MinedQuery mined =
          new NegativeSelection(RULES, documents, even).select(QUERY, ranked(0.3, 0.2, 0.1));

      assertEquals(1, mined.scores().length);
      assertEquals(2, mined.dropped().get(DropReason.NEAR_DUPLICATE));
      assertTrue(Arrays.stream(mined.negatives()).allMatch(document -> document % 2 == 1));
      assertEquals(documents == 7 ? 3 : 4, mined.negatives().length);
    }
  }

  @Test
  void drawingEndsWhereAllOthersAreNearCopies() {
    Copies allButTheRanked = (document, others) -> document > 2;
    MinedQuery mined =
        new NegativeSelection(RULES, 90, allButTheRanked).select(QUERY, ranked(0.8, 0.7, 0.1));
    assertEquals(1, mined.negatives().length);
  }
}
