package io.retromae.training.loop;

import io.retromae.core.failure.ConfigException;
import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Collective;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.memory.FreedMemory;
import io.retromae.training.optimize.GradientNorm;
import io.retromae.training.optimize.GradientTree;
import io.retromae.training.optimize.Optimizer;
import io.retromae.training.optimize.ParameterExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
  private final Probe probe;
  private final RunPlan plan;
  private final StepListener listener;
  private final Saver saver;
  private final Cancellation cancellation;
  private final GradientTree tree;
  private final FreedMemory freed = new FreedMemory();
  private Collective.Times exchangedBefore;

  /** A loop over what {@code parts} brings. */
  public Trainer(Parts<S> parts, RunPlan plan, TrainingHooks hooks) {
    this.model = parts.model();
    this.objective = parts.objective();
    this.batches = parts.batches();
    this.optimizer = parts.optimizer();
    this.collective = parts.collective();
    this.exchange = new ParameterExchange(collective, optimizer.sharded());
    this.evaluator = parts.evaluator();
    this.probe = parts.probe();
    this.plan = plan;
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
   * @param probe measures what the model is good for
   * @param <S> a micro-batch
   */
  public record Parts<S extends MicroBatch>(
      BertModel model,
      Objective<S> objective,
      Optimizer optimizer,
      Collective collective,
      BatchSource<S> batches,
      Evaluator<S> evaluator,
      Probe probe) {
    /** Without a probe. */
    public Parts(
        BertModel model,
        Objective<S> objective,
        Optimizer optimizer,
        Collective collective,
        BatchSource<S> batches,
        Evaluator<S> evaluator) {
      this(model, objective, optimizer, collective, batches, evaluator, Probe.NONE);
    }
  }

  /**
   * Trains from a state to the end of the plan, or until a stop is asked for.
   *
   * @return the state after the last step, which has been handed to {@link Saver#save}
   * @throws ConfigException if too many steps in a row have no finite gradients
   */
  public TrainingState train(TrainingState start) throws IOException {
    TrainingState state = start;
    boolean stop = false;
    if (start.step() == 0) {
      probe(0);
    }
    while (state.step() < plan.totalSteps() && !stop) {
      StepOutcome outcome = step(state);
      state = outcome.state();
      stop = outcome.stop();
      refuseToSkipForEver(state);
      if (evaluator.hasBatches() && plan.evaluatesAfter(state.step())) {
        state = evaluate(state);
      }
      probe(state.step());
      boolean saves = stop || outcome.save() || plan.savesAfter(state.step());
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

  private TrainingState evaluate(TrainingState state) throws IOException {
    long start = System.nanoTime();
    EvaluationSums sums = evaluator.evaluate(cancellation::checkCancelled);
    EvaluationReport report = new EvaluationReport(state.step(), sums);
    listener.evaluated(report, Stopwatch.millisSince(start) / 1000);
    return state.evaluated(report);
  }

  private void probe(long step) throws IOException {
    if (probe.dueAfter(step, plan.totalSteps())) {
      long start = System.nanoTime();
      Map<String, Double> figures = probe.measure(model, collective, cancellation::checkCancelled);
      listener.probed(new Probe.Report(step, figures), Stopwatch.millisSince(start) / 1000);
    }
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
