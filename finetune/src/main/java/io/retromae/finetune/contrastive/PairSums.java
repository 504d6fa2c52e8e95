package io.retromae.finetune.contrastive;

/**
 * Sums over queries.
 *
 * @param contrast losses
 * @param distillation losses
 * @param hits queries whose positive has the best score of all that count
 * @param positive scores of positives
 * @param hardest best scores of negatives
 * @param withNegatives queries that have a negative
 * @param queries how many
 * @param masked passages that are no negatives because they have the text of a positive
 * @param candidates passages that would be negatives but for that
 */
record PairSums(
    double contrast,
    double distillation,
    double hits,
    double positive,
    double hardest,
    double withNegatives,
    double queries,
    double masked,
    double candidates) {
  static final PairSums NONE = new PairSums(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** From what the script sums up. */
  static PairSums of(double[] sums, int queries, long masked, long candidates) {
    return new PairSums(
        sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], queries, masked, candidates);
  }

  PairSums plus(PairSums other) {
    return new PairSums(
        contrast + other.contrast,
        distillation + other.distillation,
        hits + other.hits,
        positive + other.positive,
        hardest + other.hardest,
        withNegatives + other.withNegatives,
        queries + other.queries,
        masked + other.masked,
        candidates + other.candidates);
  }

  PairSums times(double factor) {
    return new PairSums(
        factor * contrast,
        factor * distillation,
        factor * hits,
        factor * positive,
        factor * hardest,
        factor * withNegatives,
        factor * queries,
        factor * masked,
        factor * candidates);
  }
}
