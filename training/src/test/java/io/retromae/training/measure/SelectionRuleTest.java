package io.retromae.training.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionRuleTest {
  private static final String LOSS = "eval/loss";
  private static final String MRR = "eval/mrr_at_10";

  private static SelectionRule rule(String metric, int patience, double minGain) {
    return new SelectionRule(Optional.of(metric), Optional.of(patience), minGain);
  }

  /** Measured at steps 10, 20, ... */
  private static Selection measured(SelectionRule rule, double... values) {
    Selection selection = rule.begin(Selection.NONE);
    for (int i = 0; i < values.length; i++) {
      selection = rule.after(selection, 10L * (i + 1), Map.of(rule.metric().get(), values[i]));
    }
    return selection;
  }

  @Test
  void ofLossesTheLowestIsBest() {
    Selection selection = measured(rule(LOSS, 3, 0), 3, 1, 2, 1);

    assertEquals(new Selection(LOSS, 20, 1, 1, 2, 4), selection, "of equal ones the first");
  }

  @Test
  void ofOtherMetricsTheHighestIsBest() {
    assertEquals(
        new Selection(MRR, 30, 0.5, 0.5, 1, 4), measured(rule(MRR, 3, 0), 0.1, 0.4, 0.5, 0.2));
    assertEquals(40, measured(rule("eval/mlm_accuracy", 3, 0), 0.1, 0.2, 0.3, 0.4).bestStep());
    assertEquals(10, measured(rule("eval/encoder_loss", 3, 0), 0.1, 0.2, 0.3, 0.4).bestStep());
  }

  @Test
  void smallStepsAddUpToAGain() {
    SelectionRule rule = rule(LOSS, 2, 0.1);

    Selection slow = measured(rule, 1, 0.95, 0.89);

    assertEquals(new Selection(LOSS, 30, 0.89, 0.89, 0, 3), slow);
    assertEquals(new Selection(LOSS, 30, 0.93, 1, 2, 3), measured(rule, 1, 0.95, 0.93));
    assertTrue(rule.ends(measured(rule, 1, 0.95, 0.93)), "better, but by less than min_gain");
    assertFalse(rule.ends(slow));
  }

  @Test
  void aValueThatIsNoNumberIsNeverBest() {
    SelectionRule rule = rule(MRR, 2, 0);

    assertEquals(0, measured(rule, Double.NaN).bestStep());
    assertEquals(20, measured(rule, Double.NaN, 0.1, Double.POSITIVE_INFINITY).bestStep());
    assertEquals(0, measured(rule(LOSS, 2, 0), Double.NEGATIVE_INFINITY).bestStep());
    assertTrue(rule.ends(measured(rule, Double.NaN, Double.NaN)));
  }

  @Test
  void whatWasMeasuredBeforeTheFirstStepHasNoCheckpoint() {
    SelectionRule rule = rule(MRR, 2, 0);

    assertEquals(Selection.by(MRR), rule.after(rule.begin(Selection.NONE), 0, Map.of(MRR, 0.9)));
  }

  @Test
  void otherFiguresChangeNothing() {
    SelectionRule rule = rule(MRR, 2, 0);
    Selection before = measured(rule, 0.5);

    assertEquals(before, rule.after(before, 20, Map.of(LOSS, 0.1)));
    assertEquals(Selection.NONE, SelectionRule.NONE.after(Selection.NONE, 20, Map.of(LOSS, 0.1)));
  }

  @Test
  void anotherMetricBeginsAnew() {
    Selection byLoss = measured(rule(LOSS, 2, 0), 1, 2, 3);
    SelectionRule byRank = rule(MRR, 2, 0);

    assertEquals(Selection.by(MRR), byRank.begin(byLoss));
    assertEquals(Selection.NONE, SelectionRule.NONE.begin(byLoss));
    assertFalse(byRank.ends(byLoss), "it ended by the other metric");
    assertEquals(90, byRank.exportStep(90, byLoss));
    assertEquals(10, rule(LOSS, 2, 0).exportStep(90, byLoss));
    assertEquals(90, SelectionRule.NONE.exportStep(90, byLoss));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aResumedChoiceIsThatOfTheWholeRun(long seed) {
    Random random = new Random(seed);
    double[] values = random.doubles(30).toArray();
    SelectionRule rule = rule(random.nextBoolean() ? LOSS : MRR, 4, 0.05);
    int stop = 1 + random.nextInt(28);

    Selection resumed = measured(rule, java.util.Arrays.copyOf(values, stop));
    for (int i = stop; i < values.length; i++) {
      resumed =
          rule.after(rule.begin(resumed), 10L * (i + 1), Map.of(rule.metric().get(), values[i]));
    }

    Selection whole = measured(rule, values);
    assertEquals(whole, resumed);
    double best = values[(int) whole.bestStep() / 10 - 1];
    for (double value : values) {
      assertTrue(rule.metric().get().equals(LOSS) ? best <= value : best >= value);
    }
  }

  @Test
  void whatIsNotMeasuredIsRefusedWithWhatIs() {
    var refusal =
        assertThrows(
            ConfigException.class,
            () -> rule("eval/los", 2, 0).check(List.of(LOSS, MRR), List.of()));

    assertEquals(
        "checkpoint.keep_best = eval/los: this run does not measure it; it measures eval/loss,"
            + " eval/mrr_at_10",
        refusal.getMessage());
    var nothing =
        assertThrows(ConfigException.class, () -> rule(LOSS, 2, 0).check(List.of(), List.of()));
    assertTrue(nothing.getMessage().contains("it measures nothing"), nothing.getMessage());
  }

  @Test
  void whatIsMeasuredOnceIsRefused() {
    var refusal =
        assertThrows(
            ConfigException.class, () -> rule(LOSS, 2, 0).check(List.of(MRR), List.of(LOSS)));

    assertTrue(refusal.getMessage().contains("at the end only"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("evaluation.eval_steps"), refusal.getMessage());
  }

  @Test
  void patienceNeedsAMetric() {
    var refusal =
        assertThrows(
            ConfigException.class,
            () ->
                new SelectionRule(Optional.empty(), Optional.of(3), 0)
                    .check(List.of(LOSS), List.of()));

    assertTrue(refusal.getMessage().contains("schedule.early_stopping.patience = 3"));
    assertTrue(refusal.getMessage().contains("checkpoint.keep_best"));
  }
}
