package io.retromae.training.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.device.DevicePeak;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.LossTerm;
import io.retromae.training.loop.StepListener;
import io.retromae.training.loop.StepReport;
import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import io.retromae.training.metrics.EvaluationLine;
import io.retromae.training.metrics.EventLine;
import io.retromae.training.metrics.ProbeLine;
import io.retromae.training.metrics.ProgressWindow;
import io.retromae.training.metrics.SelectionLine;
import io.retromae.training.metrics.StepLine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Counts steps on every rank; rank 0 tells the driver of them. */
final class StepReporter implements StepListener {
  private final int rank;
  private final Worker.Links links;
  private final List<LossTerm> terms;
  private final int loggingSteps;
  private final long totalSteps;
  private final StartupClock clock;
  private ProgressWindow window;
  private double peak;
  private long tokens;
  private long rows;
  private double flops;
  private long windowStart = System.nanoTime();

  /**
   * Reports of a rank.
   *
   * @param loggingSteps steps between two reports
   * @param clock learns that the first step is done
   */
  StepReporter(
      int rank,
      Worker.Links links,
      List<LossTerm> terms,
      int loggingSteps,
      long totalSteps,
      StartupClock clock) {
    this.rank = rank;
    this.links = links;
    this.terms = terms;
    this.loggingSteps = loggingSteps;
    this.totalSteps = totalSteps;
    this.clock = clock;
  }

  /**
   * Training begins: reading the weights is not a part of its speed.
   *
   * @param all what all workers' devices could do
   */
  void begin(DevicePeak all, int workers) throws IOException {
    peak = all.flops();
    window = new ProgressWindow(totalSteps, peak, System::nanoTime);
    windowStart = System.nanoTime();
    if (rank == 0) {
      links.driver().send(EventLine.peak(peak, all.source(), workers));
    }
  }

  @Override
  public void stepDone(StepReport report) throws IOException {
    clock.last("first_step");
    tokens += report.tokens();
    rows += report.samples();
    flops += report.flops();
    links.status().stepDone(report.step());
    links.counters().add(report, rank);
    if (rank == 0) {
      tell(report);
    }
  }

  private void tell(StepReport report) throws IOException {
    for (ObjectNode warning : StepLine.warnings(report)) {
      links.driver().send(warning);
    }
    if (report.step() % loggingSteps == 0 || report.step() == 1) {
      double seconds = (System.nanoTime() - windowStart) / 1e9;
      links.driver().send(StepLine.toMessage(report, speed(seconds)));
      tokens = 0;
      rows = 0;
      flops = 0;
      windowStart = System.nanoTime();
    }
    Optional<ObjectNode> progress = window.add(report);
    if (progress.isPresent()) {
      links.driver().send(progress.get());
    }
  }

  private StepLine.Speed speed(double seconds) {
    OptionalDouble mfu =
        peak > 0 ? OptionalDouble.of(flops / seconds / peak) : OptionalDouble.empty();
    return new StepLine.Speed(tokens / seconds, rows / seconds, mfu);
  }

  @Override
  public void probed(Probe.Report report, double seconds) throws IOException {
    windowStart += (long) (seconds * 1e9);
    if (rank == 0) {
      links.driver().send(ProbeLine.toMessage(report, seconds));
    }
  }

  @Override
  public void compared(long step, Selection selection, boolean ends) throws IOException {
    if (rank == 0 && selection.bestStep() == step) {
      links.driver().send(SelectionLine.best(selection));
    }
    if (rank == 0 && ends) {
      links.driver().send(SelectionLine.earlyStop(step, selection));
    }
  }

  @Override
  public void evaluated(EvaluationReport report, double seconds) throws IOException {
    windowStart += (long) (seconds * 1e9); // not a part of training's speed
    if (rank == 0) {
      links.driver().send(EvaluationLine.toMessage(report, terms, seconds));
    }
  }
}
