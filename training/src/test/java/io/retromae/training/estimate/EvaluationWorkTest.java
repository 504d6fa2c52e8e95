package io.retromae.training.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EvaluationWorkTest {
  @Test
  void aTrainingEvaluatesAtItsStartAtItsEndAndInBetween() {
    assertEquals(2, EvaluationWork.times(100, 0));
    assertEquals(2, EvaluationWork.times(100, 100));
    assertEquals(3, EvaluationWork.times(100, 50));
    assertEquals(11, EvaluationWork.times(100, 10));
  }

  /** 100,000 x 300,000 scores of 768 numbers: more than six hours of one thread, each time. */
  @Test
  void scoresOfAllQueriesWithAllPassagesAreCounted() {
    EvaluationWork work = EvaluationWork.ofRetrieval(1e15, 100_000, 300_000, 768, 2);

    assertEquals(2e15, work.flops());
    assertEquals(2 * 3e10 * 768 / 1e9 + 2 * 3e10 * 5e-8, work.seconds(1, 0), 1);
    assertEquals(work.seconds(1, 0) / 4 + 7, work.seconds(4, 7), 1e-6);
  }

  @Test
  void twoKindsAreAddedUp() {
    EvaluationWork heldOut = EvaluationWork.ofRetrieval(10, 2, 3, 4, 5);
    EvaluationWork probe = EvaluationWork.ofRetrieval(1, 1, 1, 4, 1).repeated(2);

    assertEquals(new EvaluationWork(52, 128, 32, 5), heldOut.plus(probe));
    assertEquals(heldOut, heldOut.plus(EvaluationWork.NONE));
  }
}
