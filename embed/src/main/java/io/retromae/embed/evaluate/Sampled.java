package io.retromae.embed.evaluate;

import io.retromae.embed.metric.PairedBootstrap;
import java.util.Optional;

/** What the bootstrap draws from, to say how sure a task's main metric is. */
public sealed interface Sampled {
  /**
   * The metric is the mean of rows: queries, texts, or sets.
   *
   * @param values one of each row, the same rows for all competitors
   */
  record Means(double[] values) implements Sampled {}

  /**
   * The metric is another function of rows.
   *
   * @param rows how many
   * @param score of a draw
   */
  record Draws(int rows, PairedBootstrap.Resampled score) implements Sampled {}

  /** There is nothing to draw from. */
  record Nothing() implements Sampled {}

  /** The interval of the metric; empty if there is none. */
  default Optional<PairedBootstrap.Interval> interval(long seed) {
    if (this instanceof Means means) {
      return Optional.of(PairedBootstrap.ofMean(means.values(), seed));
    }
    return this instanceof Draws draws
        ? Optional.of(PairedBootstrap.of(draws.rows(), draws.score(), seed))
        : Optional.empty();
  }

  /** This minus the other, on the same rows; empty if they have no rows in common. */
  default Optional<PairedBootstrap.Difference> minus(Sampled other, long seed) {
    if (this instanceof Means mine
        && other instanceof Means theirs
        && mine.values().length == theirs.values().length) {
      return Optional.of(PairedBootstrap.ofMeans(mine.values(), theirs.values(), seed));
    }
    if (this instanceof Draws mine
        && other instanceof Draws theirs
        && mine.rows() == theirs.rows()) {
      return Optional.of(PairedBootstrap.of(mine.rows(), mine.score(), theirs.score(), seed));
    }
    return Optional.empty();
  }
}
