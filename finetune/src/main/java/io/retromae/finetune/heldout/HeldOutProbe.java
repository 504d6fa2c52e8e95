package io.retromae.finetune.heldout;

import io.retromae.embed.probe.RetrievalProbe;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Collective;
import io.retromae.training.measure.Probe;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What held-out lines say: the loss of steps of as many queries as in training, and MRR@10 and
 * recall@10 of their positives among all held-out passages.
 */
final class HeldOutProbe implements Probe {
  /** What retrieval is measured by. */
  static final List<String> METRICS = List.of("mrr_at_10", "recall_at_10");

  private final ContrastiveObjective objective;
  private final HeldOut heldOut;
  private final RetrievalProbe retrieval;

  /** Measures the model of an objective on held-out lines. */
  HeldOutProbe(ContrastiveObjective objective, HeldOut heldOut, RetrievalProbe retrieval) {
    this.objective = objective;
    this.heldOut = heldOut;
    this.retrieval = retrieval;
  }

  @Override
  public Kind kind() {
    return Kind.HELD_OUT;
  }

  @Override
  public boolean dueAfter(long step, long totalSteps) {
    return retrieval.dueAfter(step, totalSteps);
  }

  @Override
  public Map<String, Double> measure(BertModel model, Collective ranks, Runnable goesOn)
      throws IOException {
    Map<String, Double> figures =
        new LinkedHashMap<>(
            objective.heldOut(
                heldOut.batches(), heldOut.steps(), heldOut.logicalShards(), ranks, goesOn));
    figures.putAll(retrieval.measure(model, ranks, goesOn));
    return figures;
  }
}
