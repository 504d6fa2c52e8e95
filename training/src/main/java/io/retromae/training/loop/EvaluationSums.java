package io.retromae.training.loop;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a batch, or many, scored without dropout. All are sums, so that batches of any size add up.
 *
 * @param terms sums of each term of the loss, by its name
 * @param rows rows scored
 */
public record EvaluationSums(Map<String, Sum> terms, long rows) {
  /** Nothing scored. */
  public static final EvaluationSums NONE = new EvaluationSums(Map.of(), 0);

  private static final String LOSS = "LossSum";
  private static final String TOKENS = "Tokens";
  private static final String CORRECT = "Correct";
  private static final String ROWS = "rows";

  /** Keeps the terms' order. */
  public EvaluationSums {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  /**
   * One term.
   *
   * @param loss losses of the tokens or rows
   * @param count how many they are
   * @param correct how often the best score was the right one; empty where that is not counted
   */
  public record Sum(double loss, long count, OptionalLong correct) {
    /** A term without hits. */
    public Sum(double loss, long count) {
      this(loss, count, OptionalLong.empty());
    }

    Sum plus(Sum other) {
      OptionalLong both =
          correct.isPresent() && other.correct.isPresent()
              ? OptionalLong.of(correct.getAsLong() + other.correct.getAsLong())
              : OptionalLong.empty();
      return new Sum(loss + other.loss, count + other.count, both);
    }

    /** Mean loss; 0 of nothing. */
    public double meanLoss() {
      return count == 0 ? 0 : loss / count;
    }

    /** Share of hits; 0 of nothing. */
    public double accuracy() {
      return count == 0 ? 0 : (double) correct.orElse(0) / count;
    }
  }

  /** Both together. */
  public EvaluationSums plus(EvaluationSums other) {
    Map<String, Sum> sums = new LinkedHashMap<>(terms);
    other.terms.forEach((name, sum) -> sums.merge(name, sum, Sum::plus));
    return new EvaluationSums(sums, rows + other.rows);
  }

  /**
   * As docs/checkpoint-format.md has it: {@code <term>LossSum}, {@code <term>Tokens} where that is
   * not the number of rows, {@code <term>Correct} where hits are counted, and {@code rows}.
   */
  @JsonValue
  Map<String, Number> toJson() {
    Map<String, Number> json = new LinkedHashMap<>();
    terms.forEach(
        (name, sum) -> {
          json.put(name + LOSS, sum.loss());
          if (sum.count() != rows || sum.correct().isPresent()) {
            json.put(name + TOKENS, sum.count());
          }
          sum.correct().ifPresent(hits -> json.put(name + CORRECT, hits));
        });
    json.put(ROWS, rows);
    return json;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static EvaluationSums fromJson(Map<String, Double> json) {
    long rows = json.get(ROWS).longValue();
    Map<String, Sum> terms = new LinkedHashMap<>();
    json.forEach(
        (key, value) -> {
          if (key.endsWith(LOSS)) {
            String name = key.substring(0, key.length() - LOSS.length());
            Double count = json.get(name + TOKENS);
            Double hits = json.get(name + CORRECT);
            terms.put(
                name,
                new Sum(
                    value,
                    count == null ? rows : count.longValue(),
                    hits == null ? OptionalLong.empty() : OptionalLong.of(hits.longValue())));
          }
        });
    return new EvaluationSums(terms, rows);
  }
}
