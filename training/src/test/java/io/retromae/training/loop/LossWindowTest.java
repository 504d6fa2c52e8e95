package io.retromae.training.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossWindowTest {
  /** The places of a series at which a warning is given. */
  private static List<Integer> warnings(int length, IntToDoubleFunction series) {
    List<Integer> warnings = new ArrayList<>();
    LossWindow window = LossWindow.EMPTY;
    for (int i = 0; i < length; i++) {
      double loss = series.applyAsDouble(i);
      if (window.warning(loss).isPresent()) {
        warnings.add(i);
      }
      window = window.after(loss);
    }
    return warnings;
  }

  /** A loss as training shows it: falls from 18 to 6, noise of 2 %. */
  private static double[] usual(int length, long seed) {
    Random random = new Random(seed);
    double[] losses = new double[length];
    for (int i = 0; i < length; i++) {
      losses[i] = (6 + 12 * Math.exp(-i / 150.0)) * (1 + 0.02 * random.nextGaussian());
    }
    return losses;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aFallingNoisyLossGivesNoWarning(long seed) {
    double[] losses = usual(5_000, seed);

    assertEquals(List.of(), warnings(losses.length, i -> losses[i]));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aSpikeGivesOneWarningWhereItBegins(long seed) {
    double[] losses = usual(2_000, seed);
    for (int i = 1_000; i < 1_005; i++) {
      losses[i] += 3;
    }

    assertEquals(List.of(1_000), warnings(losses.length, i -> losses[i]));
  }

  @Test
  void aSecondSpikeIsNotHiddenByTheFirst() {
    double[] losses = usual(2_000, 1);
    losses[1_000] = 100;
    losses[1_010] = 100;

    assertEquals(List.of(1_000, 1_010), warnings(losses.length, i -> losses[i]));
  }

  @Test
  void aNewLevelBecomesUsual() {
    double[] losses = usual(2_000, 1);
    for (int i = 1_000; i < losses.length; i++) {
      losses[i] += 3;
    }

    assertEquals(List.of(1_000), warnings(losses.length, i -> losses[i]));
  }

  @Test
  void equalLossesGiveNoWarningButAJumpDoes() {
    assertEquals(List.of(80), warnings(100, i -> i == 80 ? 5.1 : 5));
  }

  @Test
  void nothingIsUsualAtFirst() {
    assertEquals(List.of(), warnings(LossWindow.WARM_UP, i -> i == 20 ? 50 : 5));
  }

  @Test
  void aLossThatIsNoNumberGivesAWarningAtOnceAndIsForgotten() {
    LossWindow before = LossWindow.EMPTY.after(5).after(6);

    LossWindow after = before.after(Double.NaN);

    assertTrue(before.warning(Double.NaN).isPresent());
    assertFalse(after.warning(Double.POSITIVE_INFINITY).isPresent(), "said already");
    assertEquals(5.5, after.mean());
    assertEquals(2, after.count());
  }
}
