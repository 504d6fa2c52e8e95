package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.worker.FailureKind;
import org.junit.jupiter.api.Test;

/** Who is to blame, told from what all say. */
class CausesTest {
  private static final String SPARK = "ExecutorLostFailure (executor 7 exited)";

  private final Causes causes = new Causes();

  private void came(int... ranks) {
    for (int rank : ranks) {
      causes.came(rank);
    }
  }

  @Test
  void theDeadRankIsNamedByWhatAnotherSaysOfIt() {
    came(0, 1, 2);
    causes.said(2, FailureKind.CANCELLED, "rank 2: the task was cancelled");
    causes.said(0, FailureKind.CLUSTER, "rank 1 (a:5) is gone (connection closed)");

    assertEquals("rank 1 (a:5) is gone (connection closed)", causes.first(SPARK).text());
  }

  @Test
  void aSilentRankIsBlamedEvenIfAllBlameAnother() {
    came(0, 1, 2);
    causes.place(1, "executor 7 on a");
    causes.said(0, FailureKind.CLUSTER, "rank 2 (b:5) stopped answering for 3 s");
    causes.said(2, FailureKind.CANCELLED, "rank 2: the task was cancelled");

    String text = causes.first(SPARK).text();

    assertTrue(text.startsWith("rank 1 (executor 7 on a) ended without a word; "), text);
    assertTrue(text.contains("rank 2 (b:5) stopped answering"), text);
  }

  @Test
  void ifNobodyKnowsSparkIsQuoted() {
    came(0, 1);
    causes.said(0, FailureKind.CANCELLED, "rank 0: the task was cancelled");

    assertEquals("rank 1 ended without a word; " + SPARK, causes.first(SPARK).text());
  }

  @Test
  void ranksThatEndedWellAreNotBlamed() {
    came(0, 1);
    causes.done(0);
    causes.said(1, FailureKind.CLUSTER, "rank 1 lost rank 0 (a:5): broken pipe");

    assertEquals("rank 1 lost rank 0 (a:5): broken pipe", causes.first(SPARK).text());
  }

  @Test
  void aRanksOwnErrorComesBeforeWhatOthersSayOfIt() {
    came(0, 1);
    causes.said(0, FailureKind.CLUSTER, "rank 1 (a:5) is gone (connection closed)");
    causes.said(1, FailureKind.OWN, "rank 1: java.lang.OutOfMemoryError");

    assertEquals("rank 1: java.lang.OutOfMemoryError", causes.first(SPARK).text());
  }

  @Test
  void theDriversJudgementComesBeforeWhatFollowsFromIt() {
    came(0, 1);
    causes.judged("rank 1 has given no sign of life for 3 s");
    causes.judged("something later");
    causes.said(0, FailureKind.OWN, "rank 0: java.nio.channels.ClosedChannelException");

    assertEquals("rank 1 has given no sign of life for 3 s", causes.first(SPARK).text());
  }

  @Test
  void errorsThatTheUserMendsComeFirst() {
    came(0, 1);
    causes.judged("rank 1 has given no sign of life for 3 s");
    causes.said(0, FailureKind.CLUSTER, "rank 1 (a:5) is gone");
    causes.said(1, FailureKind.DATA, "data/0.parquet: checksum");

    assertEquals(FailureKind.DATA, causes.first(SPARK).kind());
  }

  @Test
  void ofSeveralErrorsTheOneThatWasToldFirstCounts() {
    came(0, 1);
    causes.said(1, FailureKind.OWN, "rank 1: java.lang.OutOfMemoryError");
    causes.said(0, FailureKind.OWN, "rank 0: java.nio.channels.ClosedChannelException");

    assertEquals("rank 1: java.lang.OutOfMemoryError", causes.first(SPARK).text());
  }
}
