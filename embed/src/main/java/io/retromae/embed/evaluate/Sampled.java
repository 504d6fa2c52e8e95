package io.retromae.embed.evaluate;

import io.retromae.embed.metric.PairedBootstrap;
import java.util.Optional;

/** What the bootstrap draws from, to say how sure a task's main metric is. */
public sealed interface Sampled {
  /**
   * The metric is the mean of rows: queries, texts, or sets.
   *
   * @param values one of each row, the same rows for all competitors
   * @param seed of the bootstrap
   */
  record Means(double[] values, long seed) implements Sampled {}

  /**
   * The metric is another function of rows.
   *
   * @param scores of the draws
   */
  record Draws(PairedBootstrap.Drawn scores) implements Sampled {}

  /** There is nothing to draw from. */
  record Nothing() implements Sampled {}

  /** The interval of the metric; empty if there is none. */
  default Optional<PairedBootstrap.Interval> interval() {
    if (this instanceof Means means) {
      return Optional.of(PairedBootstrap.ofMean(means.values(), means.seed()));
    }
    return this instanceof Draws draws ? Optional.of(draws.scores().interval()) : Optional.empty();
  }

  /** This minus the other, on the same rows; empty if they have no rows in common. */
  default Optional<PairedBootstrap.Difference> minus(Sampled other) {
    if (this instanceof Means mine
        && other instanceof Means theirs
        && mine.values().length == theirs.values().length) {
      return Optional.of(PairedBootstrap.ofMeans(mine.values(), theirs.values(), mine.seed()));
    }
    if (this instanceof Draws mine
        && other instanceof Draws theirs
        && mine.scores().rows() == theirs.scores().rows()) {
      return Optional.of(mine.scores().minus(theirs.scores()));
    }
    return Optional.empty();
  }
}
