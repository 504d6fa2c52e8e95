package io.retromae.training.loop;

import io.retromae.training.measure.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** All that it says, by name: {@code loss}, then {@code TERM_loss} and {@code TERM_accuracy}. */
  public Map<String, Double> figures(List<LossTerm> terms) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", total(terms));
    for (LossTerm term : terms) {
      figures.put(term.metric(), loss(term.name()));
      if (term.hits()) {
        figures.put(term.name() + "_accuracy", accuracy(term.name()));
      }
    }
    return figures;
  }

  /** The figures by the names that users know: {@code eval/...}. */
  Map<String, Double> metrics(List<LossTerm> terms) {
    return new Probe.Report(step, Probe.Kind.HELD_OUT, figures(terms)).metrics();
  }

  /** The metrics that an evaluation of these terms has. */
  public static List<String> metricsOf(List<LossTerm> terms) {
    return List.copyOf(NONE.metrics(terms).keySet());
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
