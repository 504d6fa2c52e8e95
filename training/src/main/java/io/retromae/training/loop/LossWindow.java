package io.retromae.training.loop;

import java.util.Optional;

/**
 * What losses have been like lately: exponentially weighted mean and variance, a plain mean at
 * first. A loss above the mean by {@value #SIGMAS} standard deviations is a spike. The idea and the
 * decay are ZClip's (arXiv:2504.02507), which watches gradient norms; its 2.5 deviations are there
 * to clip often, a warning should be rare: normal noise passes six once in a billion steps.
 *
 * <p>A spike enters the window cut to the limit: it does not hide the next one, and a loss that
 * stays on a higher level becomes the usual one after some steps. A value without state of its own:
 * it is saved with the run, so that a resumed run warns of the same steps.
 *
 * @param count losses seen, finite ones only
 * @param mean of them
 * @param variance of them
 * @param spiking whether the last loss was a spike, or not a finite number
 */
public record LossWindow(long count, double mean, double variance, boolean spiking) {
  /** Nothing seen. */
  public static final LossWindow EMPTY = new LossWindow(0, 0, 0, false);

  static final int SIGMAS = 6;
  static final int WARM_UP = 50;
  private static final double DECAY = 0.97;

  /** Share of the mean that a standard deviation is at least: equal losses must not alarm. */
  private static final double LEAST_DEVIATION = 1e-3;

  /**
   * A loss outside of what is usual.
   *
   * @param loss what was seen
   * @param mean of the losses before
   * @param deviation their standard deviation
   */
  public record Spike(double loss, double mean, double deviation) {}

  /** The window after one more loss. */
  LossWindow after(double loss) {
    if (!Double.isFinite(loss)) {
      return new LossWindow(count, mean, variance, true);
    }
    double limit = mean + SIGMAS * deviation();
    boolean spike = count >= WARM_UP && loss > limit;
    double weight = Math.max(1 - DECAY, 1.0 / (count + 1));
    double delta = (spike ? limit : loss) - mean;
    return new LossWindow(
        count + 1,
        mean + weight * delta,
        (1 - weight) * (variance + weight * delta * delta),
        spike);
  }

  /** What to warn of when {@code loss} comes next: the first of spikes in a row. */
  Optional<Spike> warning(double loss) {
    boolean begins = !spiking && after(loss).spiking();
    return begins ? Optional.of(new Spike(loss, mean, deviation())) : Optional.empty();
  }

  private double deviation() {
    return Math.max(Math.sqrt(variance), LEAST_DEVIATION * Math.abs(mean));
  }
}
