package io.retromae.training.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.optimize.Optimizer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingStateTest {
  private static final Optimizer.Update UPDATED = new Optimizer.Update(1, 1e-4, false);
  private static final Optimizer.Update SKIPPED = new Optimizer.Update(Double.NaN, 1e-4, true);

  private static TrainingState after(Optimizer.Update update, double... losses) {
    TrainingState state = TrainingState.START;
    for (double loss : losses) {
      state = state.after(new MeanLosses(loss, Map.of()), update);
    }
    return state;
  }

  private static double[] rising(double first, double last, int steps) {
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      losses[i] = first + (last - first) * i / Math.max(1, steps - 1);
    }
    return losses;
  }

  @ParameterizedTest
  @CsvSource({"15, 7, 100", "15, 15, 1", "15, 16, 100", "15, 19, 3", "3, 3.9, 1000", "2, 3.9, 2"})
  void aRunThatLearnsALittleOrNotYetHasNotFailed(double first, double last, int steps) {
    assertEquals(Optional.empty(), after(UPDATED, rising(first, last, steps)).failure());
  }

  @ParameterizedTest
  @CsvSource({"15, 538213, 20", "15, 538213, 2", "15, 46, 1000", "13, 26, 500", "3, 8, 300"})
  void aLossFarAboveItsStartIsAFailure(double first, double last, int steps) {
    String failure = after(UPDATED, rising(first, last, steps)).failure().orElseThrow();

    assertTrue(failure.contains("rose from"), failure);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void aLastLossThatIsNoNumberIsAFailure(double last) {
    String failure = after(UPDATED, 15, 14, last).failure().orElseThrow();

    assertTrue(failure.contains("last loss is " + last), failure);
  }

  @Test
  void aRunWithoutAnyUpdateIsAFailure() {
    String failure = after(SKIPPED, 15, 15).failure().orElseThrow();

    assertTrue(failure.contains("none of its 2 steps"), failure);
  }

  @Test
  void oneLossThatWasNoNumberIsNone() {
    assertEquals(Optional.empty(), after(UPDATED, Double.NaN, 15, 14).failure());
  }
}
