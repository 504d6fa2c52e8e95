package io.retromae.finetune.data;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which lines each step of one epoch reads: a function of seed, epoch and the data sets' sizes, so
 * that it is the same for any number of workers and a resumed run goes on with the next batch.
 */
public final class BatchPlan {
  private static final long LINE_ORDER = 32;
  private static final long BATCH_ORDER = 33;
  private static final long EXTRA_READS = 34;

  private final List<DataSet> sets;
  private final Rules rules;
  private final int epoch;
  private final List<LineRef[]> batches = new ArrayList<>();
  private long leftOut;

  /** How lines of several data sets meet. */
  public enum Mode {
    /** All lines of all data sets are shuffled. */
    MIXED,
    /** Every batch is of one data set. */
    SAME_DATASET
  }

  /**
   * How batches are made.
   *
   * @param mode how data sets meet
   * @param globalBatchSize n, queries of a step, a multiple of {@code logicalShards}
   * @param groupSize G, where a data set does not say otherwise
   * @param logicalShards L
   * @param seed of the run
   */
  public record Rules(Mode mode, int globalBatchSize, int groupSize, int logicalShards, long seed) {
    /** Checks that shards are equal. */
    public Rules {
      if (globalBatchSize < 1 || globalBatchSize % logicalShards != 0) {
        throw new IllegalArgumentException(
            "global batch of %d queries: must be a multiple of %d logical shards"
                .formatted(globalBatchSize, logicalShards));
      }
    }
  }

  private BatchPlan(List<DataSet> sets, Rules rules, int epoch) {
    this.sets = List.copyOf(sets);
    this.rules = rules;
    this.epoch = epoch;
  }

  /**
   * The plan of an epoch.
   *
   * @throws ConfigException if there are not enough lines for one step
   */
  public static BatchPlan of(List<DataSet> sets, Rules rules, int epoch) {
    BatchPlan plan = new BatchPlan(sets, rules, epoch);
    switch (rules.mode()) {
      case MIXED -> plan.mix();
      case SAME_DATASET -> plan.cutEach();
    }
    if (plan.batches.isEmpty()) {
      throw new ConfigException(
          "%d lines in %d data sets give no batch of %d queries; lower data.global_batch_size"
              .formatted(plan.leftOut, sets.size(), rules.globalBatchSize()));
    }
    return plan;
  }

  private void mix() {
    sets.stream()
        .filter(DataSet::ownNegatives)
        .findFirst()
        .ifPresent(
            set -> {
              throw new ConfigException(
                  "data set %s is scored with its own groups only (its name ends in %s): needs"
                          .formatted(set.name(), DataSet.OWN_NEGATIVES)
                      + " data.batches = same_dataset");
            });
    List<LineRef> all = new ArrayList<>();
    for (int set = 0; set < sets.size(); set++) {
      all.addAll(reads(set));
    }
    cut(all, rules.globalBatchSize(), new CounterRandom(rules.seed(), LINE_ORDER, epoch, -1));
  }

  private void cutEach() {
    for (int set = 0; set < sets.size(); set++) {
      cut(
          reads(set),
          batchSize(sets.get(set)),
          new CounterRandom(rules.seed(), LINE_ORDER, epoch, set));
    }
    int[] order =
        new CounterRandom(rules.seed(), BATCH_ORDER, epoch, 0).permutation(batches.size());
    List<LineRef[]> inTurn = Arrays.stream(order).mapToObj(batches::get).toList();
    batches.clear();
    batches.addAll(inTurn);
  }

  /** Queries of a data set's batches: what it says, or half of it if it is symmetric. */
  private int batchSize(DataSet set) {
    int size =
        set.traits()
            .batchSize()
            .orElse(
                set.traits().kind().halvesBatches()
                    ? rules.globalBatchSize() / 2
                    : rules.globalBatchSize());
    int shards = rules.logicalShards();
    return Math.max(shards, size / shards * shards);
  }

  private void cut(List<LineRef> lines, int size, CounterRandom random) {
    int[] order = random.permutation(lines.size());
    int whole = order.length / size;
    for (int batch = 0; batch < whole; batch++) {
      LineRef[] refs = new LineRef[size];
      for (int i = 0; i < size; i++) {
        refs[i] = lines.get(order[batch * size + i]);
      }
      batches.add(refs);
    }
    leftOut += order.length - (long) whole * size;
  }

  /**
   * A data set's lines as often as its weight w says: floor(w) times, and w - floor(w) of them once
   * more.
   */
  private List<LineRef> reads(int set) {
    int lines = sets.get(set).lines().size();
    int times = (int) Math.floor(sets.get(set).weight());
    List<LineRef> reads = new ArrayList<>();
    for (int repeat = 0; repeat < times; repeat++) {
      for (int line = 0; line < lines; line++) {
        reads.add(new LineRef(set, line, repeat));
      }
    }
    CounterRandom random = new CounterRandom(rules.seed(), EXTRA_READS, epoch, set);
    double fraction = sets.get(set).weight() - times;
    int more = (int) Math.floor(fraction * lines + random.nextDouble());
    int[] order = random.permutation(lines);
    for (int i = 0; i < Math.min(more, lines) && fraction > 0; i++) {
      reads.add(new LineRef(set, order[i], times));
    }
    return reads;
  }

  /** Steps of the epoch. */
  public int steps() {
    return batches.size();
  }

  /** Lines, repeats counted, that fill no batch. */
  public long leftOut() {
    return leftOut;
  }

  /** A logical shard's lines of a step of the epoch. */
  public List<LineRef> lines(int step, int logicalShard) {
    LineRef[] batch = batches.get(step);
    int size = batch.length / rules.logicalShards();
    return List.of(batch).subList(logicalShard * size, (logicalShard + 1) * size);
  }

  /** G of a step: its data set's, if it is of one; all shards have the same. */
  public int groupSize(int step) {
    if (rules.mode() == Mode.MIXED) {
      return rules.groupSize();
    }
    LineRef first = batches.get(step)[0];
    DataSet set = sets.get(first.dataSet());
    int size = set.traits().groupSize().orElse(rules.groupSize());
    return switch (set.traits().kind()) {
      case ONLY_1NEG -> 2;
      case SYMMETRIC_CLASS -> Math.min(set.lines().get(first.line()).negatives().size() + 1, size);
      case NORMAL, SYMMETRIC_STS, SYMMETRIC_CLUSTERING, SYMMETRIC -> size;
    };
  }

  /** Whether a step's queries are scored with their own groups only. */
  public boolean ownNegatives(int step) {
    return sets.get(batches.get(step)[0].dataSet()).ownNegatives();
  }
}
