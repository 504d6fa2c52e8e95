package io.retromae.training.loop;

import io.retromae.training.measure.Probe;
import io.retromae.training.measure.Selection;
import java.util.ArrayList;
import java.util.List;

/** Remembers what the loop says; never stops it. */
class RecordingObserver implements StepListener, Saver, Cancellation {
  final List<StepReport> steps = new ArrayList<>();
  final List<EvaluationReport> evaluations = new ArrayList<>();
  final List<Probe.Report> probes = new ArrayList<>();
  final List<Selection> compared = new ArrayList<>();
  final List<Boolean> ended = new ArrayList<>();
  final List<TrainingState> saved = new ArrayList<>();

  TrainingHooks hooks() {
    return new TrainingHooks(this, this, this);
  }

  @Override
  public void stepDone(StepReport report) {
    steps.add(report);
  }

  @Override
  public void evaluated(EvaluationReport report, double seconds) {
    evaluations.add(report);
  }

  @Override
  public void probed(Probe.Report report, double seconds) {
    probes.add(report);
  }

  @Override
  public void compared(long step, Selection selection, boolean ends) {
    compared.add(selection);
    ended.add(ends);
  }

  @Override
  public void save(TrainingState state) {
    saved.add(state);
  }

  @Override
  public void settle() {
    // nothing is under way
  }

  @Override
  public byte[] takeNote() {
    return new byte[0];
  }

  @Override
  public void heard(List<byte[]> notes) {
    throw new AssertionError("nobody has said anything");
  }

  @Override
  public boolean saveDue() {
    return false;
  }

  @Override
  public boolean stopRequested() {
    return false;
  }

  @Override
  public void checkCancelled() {
    // nobody cancels
  }
}
