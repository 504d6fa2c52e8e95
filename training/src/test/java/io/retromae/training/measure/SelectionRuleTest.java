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
    return new SelectionRule(
        Optional.of(metric), Optional.of(patience), minGain, "", SelectionRule.NEVER);
  }

  /** Measured at steps 10, 20, ... */
  private static Selection measured(SelectionRule rule, double... values) {
    Selection selection = rule.begin(Selection.NONE, 0);
    for (int i = 0; i < values.length; i++) {
      selection = rule.after(selection, 10L * (i + 1), Map.of(rule.metric().get(), values[i]));
    }
    return selection;
  }

  @Test
  void ofLossesTheLowestIsBest() {
    Selection selection = measured(rule(LOSS, 3, 0), 3, 1, 2, 1);

    assertEquals(new Selection(LOSS, 20, 1, 1, 2, 4, ""), selection, "of equal ones the first");
  }

  @Test
  void ofOtherMetricsTheHighestIsBest() {
    assertEquals(
        new Selection(MRR, 30, 0.5, 0.5, 1, 4, ""), measured(rule(MRR, 3, 0), 0.1, 0.4, 0.5, 0.2));
    assertEquals(40, measured(rule("eval/mlm_accuracy", 3, 0), 0.1, 0.2, 0.3, 0.4).bestStep());
    assertEquals(10, measured(rule("eval/encoder_loss", 3, 0), 0.1, 0.2, 0.3, 0.4).bestStep());
  }

  @Test
  void smallStepsAddUpToAGain() {
    SelectionRule rule = rule(LOSS, 2, 0.1);

    Selection slow = measured(rule, 1, 0.95, 0.89);

    assertEquals(new Selection(LOSS, 30, 0.89, 0.89, 0, 3, ""), slow);
    assertEquals(new Selection(LOSS, 30, 0.93, 1, 2, 3, ""), measured(rule, 1, 0.95, 0.93));
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

    assertEquals(
        Selection.by(MRR, ""), rule.after(rule.begin(Selection.NONE, 0), 0, Map.of(MRR, 0.9)));
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

    assertEquals(Selection.by(MRR, ""), byRank.begin(byLoss, 0));
    assertEquals(Selection.NONE, SelectionRule.NONE.begin(byLoss, 0));
    assertFalse(byRank.ends(byLoss), "it ended by the other metric");
    assertEquals(90, byRank.exportStep(90, byLoss));
    assertEquals(10, rule(LOSS, 2, 0).exportStep(90, byLoss));
    assertEquals(90, SelectionRule.NONE.exportStep(90, byLoss));
  }

  private static SelectionRule measured(String metric, String content, String... settings) {
    Map<String, String> all = new java.util.TreeMap<>();
    for (String setting : settings) {
      all.put(setting.split("=")[0], setting.split("=")[1]);
    }
    return rule(metric, 2, 0).measuredBy(all, new MeasuredOn("held out", content));
  }

  @Test
  void figuresOfAnotherEvaluationAreNotCompared() {
    SelectionRule rule = measured(LOSS, "tasks", "evaluation.max_samples=100");
    Selection before = measured(rule, 1, 2, 3);
    for (SelectionRule same :
        List.of(
            measured(LOSS, "other tasks", "evaluation.max_samples=100"),
            measured(LOSS, "tasks", "evaluation.max_samples=100", "evaluation.eval_steps=7"),
            measured(LOSS, "tasks", "evaluation.max_samples=100", "evaluation.corpus=moved"),
            measured(LOSS, "tasks", "evaluation.max_samples=100", "evaluation.data=[moved]"),
            measured(LOSS, "tasks", "evaluation.max_samples=100", "evaluation.probe.pooling=mean"),
            measured(LOSS, "tasks", "evaluation.max_samples=100", "data.max_seq_length=7"))) {
      assertEquals(before, same.begin(before, 30));
      assertEquals(Optional.empty(), same.forgets(before));
    }

    SelectionRule other = measured(LOSS, "tasks", "evaluation.max_samples=200");
    assertEquals(Selection.by(LOSS, other.basis()), other.begin(before, 30));
    assertTrue(other.forgets(before).orElseThrow().contains("eval/loss"));
  }

  @Test
  void whereThatLiesDoesNotCountButWhatItHolds() {
    for (String place : List.of("evaluation.corpus", "evaluation.data")) {
      Selection before = measured(measured(LOSS, "tasks", place + "=a"), 1, 2, 3);

      assertEquals(before, measured(LOSS, "tasks", place + "=b").begin(before, 30));
      assertTrue(
          rule(LOSS, 2, 0)
              .measuredBy(Map.of(place, "a"), new MeasuredOn("other", "tasks"))
              .forgets(before)
              .isPresent());
    }
  }

  @Test
  void figuresOfAProbeDependOnItsTasksAndItsSettings() {
    String probe = "eval/probe_medical_mrr_at_10";
    SelectionRule rule = measured(probe, "tasks", "evaluation.probe.pooling=cls");
    Selection before = measured(rule, 1, 2, 3);

    assertEquals(
        before,
        measured(probe, "tasks", "evaluation.probe.pooling=cls", "evaluation.max_samples=1")
            .begin(before, 30));
    assertEquals(
        before,
        measured(probe, "tasks", "evaluation.probe.pooling=cls", "evaluation.probe.tasks=[moved]")
            .begin(before, 30));
    assertTrue(
        measured(probe, "other", "evaluation.probe.pooling=cls").forgets(before).isPresent());
    assertTrue(
        measured(probe, "tasks", "evaluation.probe.pooling=mean").forgets(before).isPresent());
  }

  @Test
  void aChoiceOfAnEarlierBuildIsTakenAsItIs() {
    Selection before = new Selection(LOSS, 20, 1, 1, 2, 4, "");
    SelectionRule rule = measured(LOSS, "tasks", "evaluation.max_samples=100");

    Selection after = rule.begin(before, 40);

    assertEquals(new Selection(LOSS, 20, 1, 1, 2, 4, rule.basis()), after);
  }

  @Test
  void patienceCountsAnewWhereARunIsExtended() {
    SelectionRule rule = rule(LOSS, 2, 0);
    Selection ended = measured(rule, 1, 2, 3);
    SelectionRule longer = rule.extended(30);

    assertTrue(rule.ends(ended));
    assertFalse(longer.ends(longer.begin(ended, 30)));
    assertEquals(10, longer.begin(ended, 30).bestStep(), "the best stays");
    assertTrue(longer.ends(longer.begin(ended, 50)), "not where it is resumed later");
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
          rule.after(rule.begin(resumed, 0), 10L * (i + 1), Map.of(rule.metric().get(), values[i]));
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
                new SelectionRule(Optional.empty(), Optional.of(3), 0, "", SelectionRule.NEVER)
                    .check(List.of(LOSS), List.of()));

    assertTrue(refusal.getMessage().contains("schedule.early_stopping.patience = 3"));
    assertTrue(refusal.getMessage().contains("checkpoint.keep_best"));
  }
}
