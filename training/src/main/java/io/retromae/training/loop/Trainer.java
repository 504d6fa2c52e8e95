package io.retromae.training.loop;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Collective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.measure.Probe;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.memory.FreedMemory;
import io.retromae.training.optimize.GradientNorm;
import io.retromae.training.optimize.GradientTree;
import io.retromae.training.optimize.Optimizer;
import io.retromae.training.optimize.ParameterExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The training loop of one rank. A step reads the next micro-batches of every logical shard; each
 * rank computes its own shards, the gradients are summed over all in a fixed tree order and every
 * replica takes the same update. So the parameters have the same bits on every rank, and for every
 * number of ranks that gives each a power of two of logical shards.
 *
 * @param <S> a micro-batch
 */
public final class Trainer<S extends MicroBatch> {
  private final BertModel model;
  private final Objective<S> objective;
  private final BatchSource<S> batches;
  private final Optimizer optimizer;
  private final Collective collective;
  private final ParameterExchange exchange;
  private final Evaluator<S> evaluator;
  private final List<Probe> probes;
  private final RunPlan plan;
  private final SelectionRule selection;
  private final StepListener listener;
  private final Saver saver;
  private final Cancellation cancellation;
  private final GradientTree tree;
  private final FreedMemory freed = new FreedMemory();
  private Collective.Times exchangedBefore;

  /** A loop over what {@code parts} brings, to the last step of its plan. */
  public Trainer(Parts<S> parts, RunPlan plan, TrainingHooks hooks) {
    this(parts, plan, SelectionRule.NONE, hooks);
  }

  /** A loop over what {@code parts} brings, which chooses its best checkpoint by a rule. */
  public Trainer(Parts<S> parts, RunPlan plan, SelectionRule selection, TrainingHooks hooks) {
    this.model = parts.model();
    this.objective = parts.objective();
    this.batches = parts.batches();
    this.optimizer = parts.optimizer();
    this.collective = parts.collective();
    this.exchange = new ParameterExchange(collective, optimizer.sharded());
    this.evaluator = parts.evaluator();
    this.probes = parts.probes();
    this.plan = plan;
    this.selection = selection;
    this.listener = hooks.listener();
    this.saver = hooks.saver();
    this.cancellation = hooks.cancellation();
    this.tree = new GradientTree(parts.model());
    this.exchangedBefore = collective.times();
  }

  /**
   * What a rank trains with; the caller closes them.
   *
   * @param model this rank's replica
   * @param objective what it minimises
   * @param optimizer its moments
   * @param collective the way to the other ranks
   * @param batches this rank's micro-batches
   * @param evaluator scores held-out samples
   * @param probes measure what the model is good for
   * @param <S> a micro-batch
   */
  public record Parts<S extends MicroBatch>(
      BertModel model,
      Objective<S> objective,
      Optimizer optimizer,
      Collective collective,
      BatchSource<S> batches,
      Evaluator<S> evaluator,
      List<Probe> probes) {
    /** Without a probe. */
    public Parts(
        BertModel model,
        Objective<S> objective,
        Optimizer optimizer,
        Collective collective,
        BatchSource<S> batches,
        Evaluator<S> evaluator) {
      this(model, objective, optimizer, collective, batches, evaluator, List.of());
    }
  }

  /**
   * Trains from a state to the end of the plan, or until a stop is asked for, or the rule says that
   * the run gets no better.
   *
   * @return the state after the last step, which has been handed to {@link Saver#save}
   * @throws ConfigException if too many steps in a row have no finite gradients
   */
  public TrainingState train(TrainingState start) throws IOException {
    TrainingState state = start.begun(selection);
    if (start.step() == 0) {
      state = probe(state, probe -> isDue(probe, 0));
    }
    boolean ends = selection.ends(state.selection());
    boolean stop = ends;
    while (state.step() < plan.totalSteps() && !stop) {
      StepOutcome outcome = step(state);
      state = outcome.state();
      stop = outcome.stop();
      refuseToSkipForEver(state);
      state = measure(state);
      ends = selection.ends(state.selection());
      stop |= ends;
      boolean isBest = state.selection().bestStep() == state.step();
      boolean saves = stop || isBest || outcome.save() || plan.savesAfter(state.step());
      if (saves || plan.comparesAfter(state.step())) {
        Replicas.compare(state.step(), collective, model.parameters());
      }
      if (saves) {
        settle();
        saver.save(state);
      }
    }
    settle();
    return state;
  }

  /** Lets the last save come to its end: all ranks have done their share, and know it. */
  private void settle() {
    saver.settle();
    tell(List.of(collective.allGather(saver.takeNote())));
  }

  private void tell(List<byte[]> notes) {
    if (notes.stream().anyMatch(note -> note.length > 0)) {
      saver.heard(notes);
    }
  }

  /** All that is due behind a step; if it ends the run, all that is due at its end, too. */
  private TrainingState measure(TrainingState state) throws IOException {
    long step = state.step();
    boolean evaluates = evaluator.hasBatches() && plan.evaluatesAfter(step);
    TrainingState after = probe(evaluates ? evaluate(state) : state, p -> isDue(p, step));
    if (after.selection().measurements() == state.selection().measurements()) {
      return after;
    }
    boolean ends = step < plan.totalSteps() && selection.ends(after.selection());
    listener.compared(step, after.selection(), ends);
    if (!ends) {
      return after;
    }
    return probe(
        evaluator.hasBatches() && !evaluates ? evaluate(after) : after,
        p -> p.dueAfter(step, step) && !isDue(p, step));
  }

  private TrainingState measured(TrainingState state, Map<String, Double> metrics) {
    return state
        .measured(metrics)
        .selecting(selection.after(state.selection(), state.step(), metrics));
  }

  private TrainingState evaluate(TrainingState state) throws IOException {
    long start = System.nanoTime();
    EvaluationSums sums = evaluator.evaluate(cancellation::checkCancelled);
    EvaluationReport report = new EvaluationReport(state.step(), sums);
    listener.evaluated(report, Stopwatch.millisSince(start) / 1000);
    return measured(state.evaluated(report), report.metrics(objective.terms()));
  }

  private boolean isDue(Probe probe, long step) {
    return probe.dueAfter(step, plan.totalSteps());
  }

  private TrainingState probe(TrainingState state, Predicate<Probe> due) throws IOException {
    TrainingState after = state;
    for (Probe probe : probes) {
      if (due.test(probe)) {
        long start = System.nanoTime();
        var figures = probe.measure(model, collective, cancellation::checkCancelled);
        Probe.Report report = new Probe.Report(state.step(), probe.kind(), figures);
        listener.probed(report, Stopwatch.millisSince(start) / 1000);
        after = measured(after, report.metrics());
      }
    }
    return after;
  }

  /** The same on every rank: made of what all ranks said. */
  private record StepOutcome(TrainingState state, boolean stop, boolean save) {}

  private StepOutcome step(TrainingState before) throws IOException {
    StepSums work =
        objective.step(
            new StepInput<>(
                before.step(), plan, batches, collective, tree, cancellation::checkCancelled));
    FlatVector sum = tree.sum();
    exchange.sum(sum);
    double[] norms = optimizer.norms(sum);
    List<StepMessage> all = exchanged(work, optimizer.sharded() ? norms : new double[0]);
    double norm =
        optimizer.sharded()
            ? GradientNorm.of(all.stream().map(StepMessage::norms).toArray(double[][]::new))
            : GradientNorm.of(norms);
    Optimizer.Update update = optimizer.update(sum, plan.gradientScale(), norm);
    tree.release(sum);
    exchange.gather(model.parameters());

    TrainingState after = before.after(losses(all), update);
    listener.stepDone(report(before, after, update, all));
    tell(all.stream().map(StepMessage::note).toList());
    return new StepOutcome(
        after, all.stream().anyMatch(StepMessage::stop), all.stream().anyMatch(StepMessage::save));
  }

  private List<StepMessage> exchanged(StepSums work, double[] norms) {
    StepMessage own =
        new StepMessage(
            work,
            exchangeSoFar(),
            norms,
            saver.takeNote(),
            freed.stepDone(),
            cancellation.stopRequested(),
            saver.saveDue());
    return Arrays.stream(collective.allGather(own.toBytes())).map(StepMessage::of).toList();
  }

  /** Time with the other ranks since the last look: a step's own is known after its message. */
  private Collective.Times exchangeSoFar() {
    Collective.Times now = collective.times();
    Collective.Times since = now.since(exchangedBefore);
    exchangedBefore = now;
    return since;
  }

  private MeanLosses losses(List<StepMessage> messages) {
    List<double[]> shards = messages.stream().flatMap(m -> m.work().losses().stream()).toList();
    return MeanLosses.of(objective.terms(), objective.mean(plan, shards));
  }

  private StepReport report(
      TrainingState before, TrainingState after, Optimizer.Update update, List<StepMessage> all) {
    return new StepReport(
        after,
        plan.epochOf(before.step()),
        update.gradNorm(),
        update.learningRate(),
        update.skipped(),
        before.lossWindow().warning(after.lastLosses().total()),
        all.stream().mapToLong(m -> m.work().tokens()).sum(),
        all.stream().mapToLong(m -> m.work().samples()).sum(),
        all.stream().mapToDouble(m -> m.work().flops()).sum(),
        Gauges.of(
            objective.gauges(), all.stream().flatMap(m -> m.work().gauges().stream()).toList()),
        all.stream().map(StepMessage::times).toList(),
        all.stream().map(StepMessage::residentBytes).toList());
  }

  /** A skipped step leaves the parameters as they were: going on would not mend them. */
  private void refuseToSkipForEver(TrainingState state) {
    if (state.skippedInARow() >= plan.maxSkippedSteps()) {
      throw new ConfigException(
          ("steps %d to %d had no finite gradients (loss %s at the last): as many in a row as"
                  + " optimizer.max_skipped_steps = %d allows; %s")
              .formatted(
                  state.step() - state.skippedInARow() + 1,
                  state.step(),
                  state.lastLosses().total(),
                  plan.maxSkippedSteps(),
                  state.updates() == 0
                      ? "no step before had either: look at the weights it starts from, and at compute.precision"
                      : "start again with a lower optimizer.learning_rate or a longer warm-up"));
    }
  }
}
