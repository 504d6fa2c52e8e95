package io.retromae.finetune.data;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which lines each step of one epoch reads: a function of seed, epoch and the data sets' sizes, so
 * that it is the same for any number of workers and a resumed run goes on with the next batch.
 * Holds four bytes for each line that the epoch reads; lines themselves are asked for by number.
 */
public final class BatchPlan {
  private static final long LINE_ORDER = 32;
  private static final long BATCH_ORDER = 33;
  private final List<DataSet> sets;
  private final Rules rules;
  private final List<CutReads> cuts;
  private final Optional<int[]> turns;

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

  private BatchPlan(List<DataSet> sets, Rules rules, List<CutReads> cuts, Optional<int[]> turns) {
    this.sets = List.copyOf(sets);
    this.rules = rules;
    this.cuts = List.copyOf(cuts);
    this.turns = turns;
  }

  /**
   * The plan of an epoch.
   *
   * @throws ConfigException if there are not enough lines for one step
   */
  public static BatchPlan of(List<DataSet> sets, Rules rules, int epoch) {
    int steps = steps(sets, rules, epoch);
    List<Pool> pools = pools(sets, rules, epoch);
    List<CutReads> cuts = new ArrayList<>();
    for (int i = 0; i < pools.size(); i++) {
      long pool = rules.mode() == Mode.MIXED ? -1 : i;
      CounterRandom random = new CounterRandom(rules.seed(), LINE_ORDER, epoch, pool);
      cuts.add(CutReads.shuffled(pools.get(i).reads(), pools.get(i).batchSize(), random));
    }
    Optional<int[]> turns =
        switch (rules.mode()) {
          case MIXED -> Optional.empty();
          case SAME_DATASET ->
              Optional.of(
                  new CounterRandom(rules.seed(), BATCH_ORDER, epoch, 0).permutation(steps));
        };
    return new BatchPlan(sets, rules, cuts, turns);
  }

  /**
   * Steps of an epoch, without its plan.
   *
   * @throws ConfigException as {@link #of}
   */
  public static int steps(List<DataSet> sets, Rules rules, int epoch) {
    List<Pool> pools = pools(sets, rules, epoch);
    long steps = pools.stream().mapToLong(pool -> pool.count() / pool.batchSize()).sum();
    long reads = pools.stream().mapToLong(Pool::count).sum();
    if (steps == 0) {
      throw new ConfigException(
          "%d lines in %d data sets give no batch of %d queries; lower data.global_batch_size"
              .formatted(reads, sets.size(), rules.globalBatchSize()));
    }
    if (reads > Integer.MAX_VALUE - Long.BYTES) { // an array holds their order
      throw new ConfigException(
          "an epoch would read %,d lines: at most %,d; lower the data sets' weights"
              .formatted(reads, Integer.MAX_VALUE - Long.BYTES));
    }
    return (int) steps;
  }

  /** Reads that batches of one size are cut from. */
  private record Pool(List<SetReads> reads, int batchSize) {
    long count() {
      return reads.stream().mapToLong(SetReads::count).sum();
    }
  }

  private static List<Pool> pools(List<DataSet> sets, Rules rules, int epoch) {
    List<Pool> pools = new ArrayList<>();
    List<SetReads> all = new ArrayList<>();
    for (int set = 0; set < sets.size(); set++) {
      SetReads reads = SetReads.of(sets.get(set), set, rules.seed(), epoch);
      all.add(reads);
      if (rules.mode() == Mode.SAME_DATASET) {
        pools.add(new Pool(List.of(reads), batchSize(sets.get(set), rules)));
      }
    }
    if (rules.mode() == Mode.MIXED) {
      refuseOwnNegatives(sets);
      pools.add(new Pool(all, rules.globalBatchSize()));
    }
    return pools;
  }

  private static void refuseOwnNegatives(List<DataSet> sets) {
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
  }

  /**
   * What a step of a data set reads.
   *
   * @param queries n of a batch
   * @param groupSize G, the largest
   */
  public record Size(int queries, int groupSize) {
    /** Passages of a step. */
    public long passages() {
      return (long) queries * groupSize;
    }

    /** Queries and passages of a step. */
    public long rows() {
      return queries + passages();
    }
  }

  /** What a step reads that has lines of a data set. */
  public static Size sizeOf(DataSet set, Rules rules) {
    return rules.mode() == Mode.MIXED
        ? new Size(rules.globalBatchSize(), rules.groupSize())
        : new Size(batchSize(set, rules), largestGroup(set, rules));
  }

  /** Whether a data set fills a batch in any epoch; in mixed ones, others help. */
  public static boolean fillsBatch(DataSet set, Rules rules) {
    return rules.mode() == Mode.MIXED
        || Math.ceil(set.lines().size() * set.weight()) >= batchSize(set, rules);
  }

  private static int largestGroup(DataSet set, Rules rules) {
    PairLine.Traits traits = set.traits();
    return traits.kind() == PairLine.Kind.ONLY_1NEG
        ? 2
        : traits.groupSize().orElse(rules.groupSize());
  }

  /** Queries of a data set's batches: what it says, or half of it if it is symmetric. */
  private static int batchSize(DataSet set, Rules rules) {
    PairLine.Traits traits = set.traits();
    int standard =
        traits.kind().halvesBatches() ? rules.globalBatchSize() / 2 : rules.globalBatchSize();
    int size = traits.batchSize().orElse(standard);
    int shards = rules.logicalShards();
    return Math.max(shards, size / shards * shards);
  }

  /** Steps of the epoch. */
  public int steps() {
    return cuts.stream().mapToInt(CutReads::batches).sum();
  }

  /** Lines, repeats counted, that fill no batch. */
  public long leftOut() {
    return cuts.stream().mapToLong(CutReads::leftOut).sum();
  }

  /** A logical shard's lines of a step of the epoch. */
  public List<LineRef> lines(int step, int logicalShard) {
    Place place = place(step);
    int size = place.cut().batchSize() / rules.logicalShards();
    List<LineRef> lines = new ArrayList<>(size);
    for (int i = logicalShard * size; i < (logicalShard + 1) * size; i++) {
      lines.add(place.cut().line(place.batch(), i));
    }
    return lines;
  }

  /** Where a step's batch is. */
  private record Place(CutReads cut, int batch) {
    LineRef first() {
      return cut.line(batch, 0);
    }
  }

  private Place place(int step) {
    int batch = turns.map(turn -> turn[step]).orElse(step);
    for (CutReads cut : cuts) {
      if (batch < cut.batches()) {
        return new Place(cut, batch);
      }
      batch -= cut.batches();
    }
    throw new IndexOutOfBoundsException("step %d of %d".formatted(step, steps()));
  }

  /** G of a step: its data set's, if it is of one; all shards have the same. */
  public int groupSize(int step) {
    if (rules.mode() == Mode.MIXED) {
      return rules.groupSize();
    }
    LineRef first = place(step).first();
    DataSet set = sets.get(first.dataSet());
    int size = largestGroup(set, rules);
    return set.traits().kind() == PairLine.Kind.SYMMETRIC_CLASS
        ? Math.min(set.lines().get(first.line()).negatives().size() + 1, size)
        : size;
  }

  /** Whether a step's queries are scored with their own groups only. */
  public boolean ownNegatives(int step) {
    return sets.get(place(step).first().dataSet()).ownNegatives();
  }
}
