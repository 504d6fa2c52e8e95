package io.retromae.finetune.data;

import io.retromae.core.hash.CounterRandom;
import java.util.Arrays;

/**
 * The lines of a data set as often as an epoch reads them, by weight w: each floor(w) times, and w
 * - floor(w) of them once more.
 */
final class SetReads {
  private static final long EXTRA_READS = 34;

  private final int set;
  private final int lines;
  private final int times;
  private final int extra;
  private final CounterRandom random;

  private SetReads(int set, int lines, int times, int extra, CounterRandom random) {
    this.set = set;
    this.lines = lines;
    this.times = times;
    this.extra = extra;
    this.random = random;
  }

  static SetReads of(DataSet dataSet, int set, long seed, int epoch) {
    int lines = dataSet.lines().size();
    int times = (int) Math.floor(dataSet.weight());
    double fraction = dataSet.weight() - times;
    CounterRandom random = new CounterRandom(seed, EXTRA_READS, epoch, set);
    int extra = (int) Math.min(lines, Math.floor(fraction * lines + random.nextDouble()));
    return new SetReads(set, lines, times, fraction > 0 ? extra : 0, random);
  }

  long count() {
    return (long) times * lines + extra;
  }

  /** The reads by number. Draws those that come once more: to be called once. */
  Listed list() {
    return new Listed(
        set,
        lines,
        times,
        extra == 0 ? new int[0] : Arrays.copyOf(random.permutation(lines), extra));
  }

  /**
   * Reads by number.
   *
   * @param set number of the data set
   * @param lines in it
   * @param times that each is read
   * @param extra those that are read once more
   */
  record Listed(int set, int lines, int times, int[] extra) {
    LineRef read(int number) {
      int repeat = Math.min(number / lines, times);
      int rest = number - repeat * lines;
      return new LineRef(set, repeat == times ? extra[rest] : rest, repeat);
    }
  }
}
