package io.retromae.finetune.heldout;

import io.retromae.embed.probe.RetrievalProbe;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.finetune.data.PairBatches;
import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Collective;
import io.retromae.training.measure.Probe;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What held-out lines say: the loss of steps of as many queries as in training, and MRR@10 and
 * recall@10 of their positives among all held-out passages.
 */
public final class HeldOutProbe implements Probe {
  /** What retrieval is measured by. */
  public static final List<String> METRICS = List.of("mrr_at_10", "recall_at_10");

  private final ContrastiveObjective objective;
  private final Batches batches;
  private final RetrievalProbe retrieval;
  private final Optional<Integer> steps;

  /**
   * The held-out lines' steps.
   *
   * @param pairs their batches
   * @param steps how many
   * @param logicalShards L, as in training
   */
  public record Batches(PairBatches pairs, int steps, int logicalShards) {}

  /**
   * Measures one model.
   *
   * @param objective over that model
   * @param retrieval of the held-out lines
   * @param steps of training between two measurements; empty for one at the start and one at the
   *     end
   */
  HeldOutProbe(
      ContrastiveObjective objective,
      Batches batches,
      RetrievalProbe retrieval,
      Optional<Integer> steps) {
    this.objective = objective;
    this.batches = batches;
    this.retrieval = retrieval;
    this.steps = steps;
  }

  @Override
  public Kind kind() {
    return Kind.HELD_OUT;
  }

  @Override
  public boolean dueAfter(long step, long totalSteps) {
    return step == 0 || step == totalSteps || steps.isPresent() && step % steps.get() == 0;
  }

  @Override
  public Map<String, Double> measure(BertModel model, Collective ranks, Runnable goesOn)
      throws IOException {
    Map<String, Double> figures =
        new LinkedHashMap<>(
            objective.heldOut(
                batches.pairs(), batches.steps(), batches.logicalShards(), ranks, goesOn));
    figures.putAll(retrieval.measure(model, ranks, goesOn));
    return figures;
  }
}
