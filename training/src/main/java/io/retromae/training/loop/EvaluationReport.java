package io.retromae.training.loop;

import java.util.List;

/**
 * How the model did on held-out samples.
 *
 * @param step steps done when it was evaluated
 * @param sums of all batches
 */
public record EvaluationReport(long step, EvaluationSums sums) {
  /** Not evaluated yet. */
  public static final EvaluationReport NONE = new EvaluationReport(0, EvaluationSums.NONE);

  /** Whether there is a result. */
  public boolean present() {
    return sums.rows() > 0;
  }

  /** Mean loss of a term over its held-out tokens or rows, unweighted; 0 where it has none. */
  public double loss(String term) {
    return sum(term).meanLoss();
  }

  /** Share of a term's held-out tokens or rows whose best score was the right one. */
  public double accuracy(String term) {
    return sum(term).accuracy();
  }

  private EvaluationSums.Sum sum(String term) {
    return sums.terms().getOrDefault(term, new EvaluationSums.Sum(0, 0));
  }

  /** What training minimises, of the held-out samples. */
  public double total(List<LossTerm> terms) {
    double total = 0;
    for (LossTerm term : terms) {
      total += term.weight() * loss(term.name());
    }
    return total;
  }
}
