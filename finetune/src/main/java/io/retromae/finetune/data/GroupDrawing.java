package io.retromae.finetune.data;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.CounterRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Draws a line's group: one positive and G - 1 negatives, anew in each epoch, as a function of
 * seed, epoch, data set and line.
 */
public final class GroupDrawing {
  private static final long GROUP = 31;
  private static final int REPEAT_BITS = 40;

  /** Tries to find a passage of another line, for each that is wanted. */
  private static final int MOST_TRIES = 1_000;

  private final List<DataSet> sets;
  private final long seed;

  /** From these data sets. */
  public GroupDrawing(List<DataSet> sets, long seed) {
    this.sets = List.copyOf(sets);
    this.seed = seed;
  }

  /**
   * A drawn group.
   *
   * @param line of the query
   * @param passages G, the positive first
   * @param teacher their scores; empty if the line has none
   */
  public record Group(PairLine line, List<String> passages, double[] teacher) {}

  /**
   * The group of a line.
   *
   * @param groupSize G
   * @throws ConfigException if it has no negative and its data set no passage that could be one
   */
  public Group draw(LineRef ref, int groupSize, int epoch) {
    DataSet set = sets.get(ref.dataSet());
    PairLine line = set.lines().get(ref.line());
    long place = ((long) ref.repeat() << REPEAT_BITS) + ref.line();
    long ofSet = (long) epoch << Integer.SIZE | ref.dataSet();
    CounterRandom random = new CounterRandom(seed, GROUP, ofSet, place);
    int positive = random.nextInt(line.positives().size());
    if (groupSize > 1 && line.negatives().isEmpty()) {
      List<String> passages = new ArrayList<>();
      passages.add(line.positives().get(positive));
      fill(passages, groupSize, set, ref.line(), random);
      return new Group(line, passages, new double[0]);
    }
    return group(line, positive, negatives(line.negatives().size(), groupSize - 1, random));
  }

  /**
   * Draws for lines without negatives, as far as a start can look, so that a data set with too few
   * passages is refused before training.
   *
   * @param set its number
   * @param groupSize G
   * @param most lines of it that are looked at
   * @throws ConfigException as {@link #draw}
   */
  public void check(int set, int groupSize, int most) {
    List<PairLine> lines = sets.get(set).lines();
    int looked = Math.min(most, lines.size());
    int wanted = groupSize;
    if (sets.get(set).traits().kind() == PairLine.Kind.SYMMETRIC_CLASS) {
      int negatives =
          lines.subList(0, looked).stream().mapToInt(l -> l.negatives().size()).max().orElse(0);
      wanted = Math.min(groupSize, 1 + negatives); // of other lines of a batch
    }
    for (int line = 0; line < looked; line++) {
      if (lines.get(line).negatives().isEmpty()) {
        draw(new LineRef(set, line, 0), wanted, 0);
      }
    }
  }

  /** The group of given choices. */
  static Group group(PairLine line, int positive, int[] negatives) {
    List<String> passages = new ArrayList<>();
    double[] teacher = new double[line.isScored() ? 1 + negatives.length : 0];
    passages.add(line.positives().get(positive));
    if (teacher.length > 0) {
      teacher[0] = line.positiveScores()[positive];
    }
    for (int negative : negatives) {
      passages.add(line.negatives().get(negative));
      if (teacher.length > 0) {
        teacher[passages.size() - 1] = line.negativeScores()[negative];
      }
    }
    return new Group(line, passages, teacher);
  }

  /**
   * Numbers of {@code wanted} negatives of {@code count}, without replacement; of fewer than wanted
   * each as often as others, but for chance in the last round.
   */
  private static int[] negatives(int count, int wanted, CounterRandom random) {
    int[] drawn = new int[wanted];
    if (wanted == 0) {
      return drawn;
    }
    int rounds = (wanted + count - 1) / count;
    int[] pool = new int[rounds * count];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = i % count;
    }
    random.shuffle(pool, pool.length);
    System.arraycopy(pool, 0, drawn, 0, wanted);
    return drawn;
  }

  private static void fill(
      List<String> passages, int groupSize, DataSet set, int own, CounterRandom random) {
    PairLine line = set.lines().get(own);
    Set<String> taken = new HashSet<>(line.positives());
    for (int tries = 0; passages.size() < groupSize && tries < MOST_TRIES * groupSize; tries++) {
      PairLine other = set.lines().get(random.nextInt(set.lines().size()));
      int at = random.nextInt(other.positives().size() + other.negatives().size());
      int positives = other.positives().size();
      String text =
          at < positives ? other.positives().get(at) : other.negatives().get(at - positives);
      if (other.query().equals(line.query())) { // its positives are this line's, too
        taken.addAll(other.positives());
        passages.subList(1, passages.size()).removeAll(other.positives());
      } else if (taken.add(text)) {
        passages.add(text);
      }
    }
    if (passages.size() < groupSize) {
      throw new ConfigException(
          ("data set %s: line %d has no negative, and %d other passages to draw from are too few"
                  + " for data.train_group_size = %d; give it negatives or lower that")
              .formatted(set.name(), own + 1, passages.size() - 1, groupSize));
    }
  }
}
