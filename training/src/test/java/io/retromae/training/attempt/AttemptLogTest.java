package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.LossWindow;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import io.retromae.training.metrics.EvaluationLine;
import io.retromae.training.metrics.EventLine;
import io.retromae.training.metrics.MetricsLog;
import io.retromae.training.metrics.ProbeLine;
import io.retromae.training.metrics.Progress;
import io.retromae.training.metrics.SelectionLine;
import io.retromae.training.metrics.StepLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers report, as console and metrics show it. */
class AttemptLogTest {
  @TempDir Path run;
  private final List<String> lines = new ArrayList<>();
  private MetricsLog metrics;
  private AttemptLog log;

  @BeforeEach
  void open() {
    metrics = MetricsLog.open(new Storage(new Configuration()), run.toString());
    log = new AttemptLog(lines::add, metrics, 100);
  }

  private static final StepLine.Speed SPEED =
      new StepLine.Speed(1234.4, 56.78, OptionalDouble.of(0.31234));

  /** As it arrives: numbers that are not finite have become text. */
  private void receive(ObjectNode message) throws IOException {
    log.accept(0, (ObjectNode) new ObjectMapper().readTree(Progress.toText(message)));
  }

  private static StepReport report(long updates, double loss, Optional<LossWindow.Spike> spike) {
    return report(updates, loss, spike, Map.of());
  }

  private static StepReport report(
      long updates, double loss, Optional<LossWindow.Spike> spike, Map<String, Double> gauges) {
    var losses = MeanLosses.of(terms(0), new double[] {loss, 1.5, 2.5});
    return new StepReport(
        new TrainingState(
            7,
            updates,
            2,
            9,
            losses,
            LossWindow.EMPTY,
            EvaluationReport.NONE,
            Figures.NONE,
            Selection.NONE),
        0,
        loss,
        1e-4,
        Double.isNaN(loss),
        spike,
        900,
        32,
        3e9,
        gauges,
        List.of(new StepReport.RankTimes(1, 2, 3, 2), new StepReport.RankTimes(4, 20, 7, 1)),
        List.of(700_000_000L, 800_000_000L));
  }

  private List<String> published() throws IOException {
    metrics.publish();
    return Files.readAllLines(run.resolve("metrics.jsonl"));
  }

  @Test
  void aStepIsOneLineAndOneRow() throws IOException {
    receive(StepLine.toMessage(report(6, 4, Optional.empty()), SPEED));

    assertEquals(
        List.of(
            "step=7 loss=4.0000 encoder_loss=1.5000 decoder_loss=2.5000 grad_norm=4.000 lr=1.0e-04"
                + " tokens_per_s=1234 mfu=0.312 data_wait_ms=4 compute_ms=20 communication_ms=7 idle_ms=2"
                + " slowest_rank=1 slowest_pct=78 rss_mb=800"),
        lines);
    assertTrue(published().get(0).contains("\"skipped_steps\":1"), published().toString());
    assertTrue(published().get(0).contains("\"slowest_rank\":1"), published().toString());
  }

  @Test
  void withoutAPeakThereIsNoUtilization() throws IOException {
    receive(EventLine.peak(0, "NVIDIA Unheard Of in bf16 is in no data sheet known here", 2));
    receive(
        StepLine.toMessage(
            report(6, 4, Optional.empty()), new StepLine.Speed(1, 1, OptionalDouble.empty())));

    assertEquals(
        "event=peak peak_tflops=unknown source=\"NVIDIA Unheard Of in bf16 is in no data sheet known here\"; no mfu is told: set logging.peak_tflops",
        lines.get(0));
    assertFalse(lines.get(1).contains("mfu"), lines.get(1));
    assertFalse(published().get(1).contains("mfu"), published().toString());
  }

  @Test
  void thePeakThatIsAssumedIsSaid() throws IOException {
    receive(EventLine.peak(1.979e15, "NVIDIA H200, NVIDIA H200 data sheet (2024)", 2));

    assertEquals(
        List.of(
            "event=peak peak_tflops=1979.0 workers=2 source=\"NVIDIA H200, NVIDIA H200 data sheet (2024)\""),
        lines);
    assertTrue(published().get(0).contains("\"peak_tflops\":1979.0"), published().toString());
  }

  @Test
  void gaugesFollowTheLosses() throws IOException {
    Map<String, Double> gauges = new LinkedHashMap<>();
    gauges.put("accuracy", 0.75);
    gauges.put("masked_share", 0.001);

    receive(StepLine.toMessage(report(6, 4, Optional.empty(), gauges), SPEED));

    assertTrue(
        lines
            .get(0)
            .startsWith(
                "step=7 loss=4.0000 encoder_loss=1.5000 decoder_loss=2.5000 batch_accuracy=0.7500"
                    + " batch_masked_share=0.0010 grad_norm=4.000 lr=1.0e-04 tokens_per_s=1234"
                    + " rows_per_s=56.8 mfu=0.312 data_wait_ms=4 "),
        lines.get(0));
    assertTrue(published().get(0).contains("\"batch_accuracy\":0.75,"), published().toString());
  }

  @Test
  void aSkippedStepIsToldWithItsLoss() throws IOException {
    var spike = new LossWindow.Spike(Double.NaN, 5, 0.25);
    for (ObjectNode warning : StepLine.warnings(report(5, Double.NaN, Optional.of(spike)))) {
      receive(warning);
    }

    assertEquals(
        List.of(
            "event=step_skipped step=7 loss=NaN grad_norm=NaN skipped_steps=2 in_a_row=2",
            "event=loss_spike step=7 loss=NaN mean=5.0000 deviation=0.2500"),
        lines);
    assertEquals(2, published().size());
  }

  @Test
  void anOrdinaryStepHasNoWarning() {
    assertEquals(List.of(), StepLine.warnings(report(7, 4, Optional.empty())));
  }

  private static EvaluationSums evaluated() {
    Map<String, EvaluationSums.Sum> sums = new LinkedHashMap<>();
    sums.put("encoder", new EvaluationSums.Sum(30, 10, OptionalLong.of(4)));
    sums.put("decoder", new EvaluationSums.Sum(80, 40, OptionalLong.of(30)));
    sums.put("bow", new EvaluationSums.Sum(12, 3));
    return new EvaluationSums(sums, 3);
  }

  private static List<LossTerm> terms(double bowLossWeight) {
    LossTerm encoder = new LossTerm("encoder", 1, LossTerm.Over.TOKENS, true);
    LossTerm decoder = new LossTerm("decoder", 1, LossTerm.Over.TOKENS, true);
    LossTerm bow = new LossTerm("bow", bowLossWeight, LossTerm.Over.ROWS, false);
    return bowLossWeight == 0 ? List.of(encoder, decoder) : List.of(encoder, decoder, bow);
  }

  @Test
  void anEvaluationGivesMeansOverTokens() throws IOException {
    var result = new EvaluationReport(500, evaluated());

    receive(EvaluationLine.toMessage(result, terms(0), 1.26));
    receive(EvaluationLine.toMessage(result, terms(0.1), 1.26));

    assertEquals(
        List.of(
            "event=eval step=500 eval_loss=5.0000 eval_encoder_loss=3.0000"
                + " eval_encoder_accuracy=0.4000 eval_decoder_loss=2.0000"
                + " eval_decoder_accuracy=0.7500 eval_samples=3 eval_seconds=1.3",
            "event=eval step=500 eval_loss=5.4000 eval_encoder_loss=3.0000"
                + " eval_encoder_accuracy=0.4000 eval_decoder_loss=2.0000"
                + " eval_decoder_accuracy=0.7500 eval_bow_loss=4.0000 eval_samples=3"
                + " eval_seconds=1.3"),
        lines);
    assertFalse(published().get(0).contains("\"event\""), "a row, as a step is");
  }

  @Test
  void aCheckpointThatFailedIsToldWithTheReason() throws IOException {
    ObjectNode message = Progress.message("checkpoint_failed").put("step", 20);

    receive(message.put("reason", "disk full"));

    assertEquals(
        List.of(
            "step=20 event=checkpoint_failed reason=\"disk full\"; older checkpoints are"
                + " untouched"),
        lines);
  }

  @Test
  void whatStepsDoneAgainWillSayAgainIsForgotten() throws IOException {
    var spike = new LossWindow.Spike(8, 5, 0.25);
    receive(StepLine.toMessage(report(6, 8, Optional.of(spike)), SPEED));
    receive(StepLine.warnings(report(6, 8, Optional.of(spike))).get(0));
    receive(EvaluationLine.toMessage(new EvaluationReport(7, EvaluationSums.NONE), terms(0), 1));
    receive(Progress.message("checkpoint_failed").put("step", 7).put("reason", "disk full"));

    metrics.rewindTo(6);

    assertEquals(1, published().size(), published().toString());
    assertTrue(published().get(0).contains("checkpoint_failed"));
  }

  @Test
  void whatAProbeFoundIsALineAndARow() throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("medical_mrr_at_10", 0.125);
    figures.put("medical_recall_at_100", Double.NaN);

    receive(ProbeLine.toMessage(new Probe.Report(20, Probe.Kind.TASKS, figures), 1.25));

    assertEquals(
        List.of(
            "event=probe step=20 medical_mrr_at_10=0.1250 medical_recall_at_100=NaN"
                + " probe_seconds=1.3"),
        lines);
    String row = published().get(0);
    assertTrue(row.startsWith("{\"step\":20,\"eval_probe_medical_mrr_at_10\":0.125,"), row);
    assertTrue(row.contains("\"eval_probe_seconds\":1.25"), row);
  }

  @Test
  void whatWasFoundOnHeldOutSamplesIsToldAsAnEvaluation() throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", 0.5);
    figures.put("mrr_at_10", 0.25);

    receive(ProbeLine.toMessage(new Probe.Report(20, Probe.Kind.HELD_OUT, figures), 1.25));

    assertEquals(
        List.of("event=eval step=20 eval_loss=0.5000 eval_mrr_at_10=0.2500 eval_seconds=1.3"),
        lines);
    String row = published().get(0);
    assertTrue(row.startsWith("{\"step\":20,\"eval_loss\":0.5,\"eval_mrr_at_10\":0.25,"), row);
  }

  @Test
  void theBestAndAnEarlyEndAreToldAndForgottenWithTheirSteps() throws IOException {
    Selection best = new Selection("eval/mrr_at_10", 20, 0.25, 0.25, 0, 2, "");
    receive(SelectionLine.best(best));
    receive(SelectionLine.earlyStop(50, new Selection("eval/mrr_at_10", 20, 0.25, 0.25, 3, 5, "")));

    assertEquals(
        List.of(
            "event=best step=20 metric=eval/mrr_at_10 value=0.2500",
            "event=early_stop step=50 metric=eval/mrr_at_10 value=0.2500 best_step=20"
                + " without_gain=3; the run ends here, as schedule.early_stopping says"),
        lines);
    metrics.rewindTo(30);
    assertEquals(1, published().size());
    assertTrue(published().get(0).contains("\"event\":\"best\",\"step\":20"));
  }

  @Test
  void aRunThatBeginsAnewForgetsWhatItMeasuredAtItsStart() throws IOException {
    receive(
        ProbeLine.toMessage(new Probe.Report(0, Probe.Kind.TASKS, Map.of("a_mrr_at_10", 0.1)), 1));

    metrics.rewindTo(4);
    assertEquals(1, published().size(), "it goes on from a checkpoint");
    metrics.rewindTo(0);

    assertEquals(List.of(), published());
  }

  @Test
  void metricsThatCannotBeWrittenDoNotEndTheRunAndComeLater() throws IOException {
    Path folder = run.resolve("run");
    metrics = MetricsLog.open(new Storage(new Configuration()), folder.toString());
    log = new AttemptLog(lines::add, metrics, 100);
    receive(StepLine.toMessage(report(6, 4, Optional.empty()), SPEED));
    Files.write(folder, new byte[] {1}); // a file where the folder should be

    metrics.publish();

    Files.delete(folder);
    metrics.publish();
    assertEquals(1, Files.readAllLines(folder.resolve("metrics.jsonl")).size());
  }

  @Test
  void newsOfARunThatSeldomSavesArePublishedAllTheSame() throws IOException {
    AtomicLong clock = new AtomicLong();
    log = new AttemptLog(new BriefConsole(), metrics, 100, clock::get);
    receive(Progress.message("checkpoint_failed").put("step", 5).put("reason", "no room"));
    receive(Progress.message("progress"));
    boolean early = Files.exists(run.resolve("metrics.jsonl"));
    clock.addAndGet(TimeUnit.MINUTES.toNanos(10));

    receive(Progress.message("progress"));

    assertFalse(early);
    assertEquals(1, Files.readAllLines(run.resolve("metrics.jsonl")).size());
  }

  /** Does not tell of progress. */
  private static final class BriefConsole implements RunConsole {
    @Override
    public void line(String text) {
      // nobody looks
    }

    @Override
    public boolean brief() {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[1]", "{\"step\":"})
  void aFileThatIsNoLogIsNamed(String line) throws Exception {
    Path file = run.resolve("metrics.jsonl");
    Files.writeString(file, "{\"step\":1}\n" + line + "\n");

    CorruptDataException said =
        assertThrows(
            CorruptDataException.class,
            () -> MetricsLog.open(new Storage(new Configuration()), run.toString()));

    assertTrue(said.getMessage().contains(file + ": not JSON lines"), said.getMessage());
  }
}
