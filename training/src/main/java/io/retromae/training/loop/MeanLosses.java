package io.retromae.training.loop;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Losses of one step, averaged as {@code loss_reduction} says: the mean of the micro-batches'
 * means, or the mean over all tokens.
 *
 * @param total what is minimised
 * @param terms each term's mean, unweighted, by its name
 */
public record MeanLosses(double total, Map<String, Double> terms) {
  /** Of a run that has not begun. */
  public static final MeanLosses NONE = new MeanLosses(0, Map.of());

  private static final String TOTAL = "total";

  /** Keeps the terms' order. */
  public MeanLosses {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  /**
   * Names what an objective computed.
   *
   * @param values the total, then each term's mean
   */
  public static MeanLosses of(List<LossTerm> terms, double[] values) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < terms.size(); i++) {
      means.put(terms.get(i).name(), values[1 + i]);
    }
    return new MeanLosses(values[0], means);
  }

  /**
   * The mean of a term.
   *
   * @throws IllegalArgumentException if the objective has no such term
   */
  public double term(String name) {
    if (!terms.containsKey(name)) {
      throw new IllegalArgumentException("no term " + name + " among " + terms.keySet());
    }
    return terms.get(name);
  }

  /** As docs/checkpoint-format.md has it: {@code total} and one key a term. */
  @JsonValue
  Map<String, Double> toJson() {
    Map<String, Double> json = new LinkedHashMap<>();
    json.put(TOTAL, total);
    json.putAll(terms);
    return json;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static MeanLosses fromJson(Map<String, Double> json) {
    Map<String, Double> terms = new LinkedHashMap<>(json);
    double total = terms.remove(TOTAL);
    return new MeanLosses(total, terms);
  }
}
