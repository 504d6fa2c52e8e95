package io.retromae.training.estimate;

/**
 * What evaluations within a training take, over all workers.
 *
 * @param flops of encoding, over the whole run
 * @param products of numbers of float64, over the whole run: scores of queries and documents, which
 *     one thread of each worker computes
 * @param ranked scores that are ordered by it
 * @param times that something is evaluated
 */
public record EvaluationWork(double flops, double products, double ranked, long times) {
  /** No evaluation. */
  public static final EvaluationWork NONE = new EvaluationWork(0, 0, 0, 0);

  /** Products a second of one thread of a JVM: measured with vectors of 512 and 768. */
  static final double PRODUCTS_PER_SECOND = 1.0e9;

  /** Seconds a score until its metrics are known: measured with 20,000 a query. */
  static final double SECONDS_PER_RANKED = 5e-8;

  /**
   * Retrieval at each of some times.
   *
   * @param flops of encoding all texts once
   * @param queries that are scored
   * @param documents that each is scored with
   * @param width D
   */
  public static EvaluationWork ofRetrieval(
      double flops, double queries, double documents, int width, long times) {
    double scores = queries * documents;
    return new EvaluationWork(times * flops, times * scores * width, times * scores, times);
  }

  /**
   * Times that a training evaluates: before its first step, behind the last, and in between.
   *
   * @param every steps between two; 0 for none in between
   */
  public static long times(long steps, long every) {
    return 2 + (every == 0 ? 0 : (steps - 1) / every);
  }

  /** This so many times. */
  public EvaluationWork repeated(long count) {
    return new EvaluationWork(count * flops, count * products, count * ranked, count * times);
  }

  /** Both; together they are as often as the more frequent of the two. */
  public EvaluationWork plus(EvaluationWork other) {
    return new EvaluationWork(
        flops + other.flops,
        products + other.products,
        ranked + other.ranked,
        Math.max(times, other.times));
  }

  /**
   * Seconds of the whole run.
   *
   * @param encoding seconds that the workers take for so many operations as {@link #flops}
   */
  public double seconds(int workers, double encoding) {
    return encoding
        + (products / PRODUCTS_PER_SECOND + ranked * SECONDS_PER_RANKED) / (double) workers;
  }
}
